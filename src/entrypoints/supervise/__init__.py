"""What `make run` starts: one process that keeps the others alive. Standard library only; it never imports the app."""
