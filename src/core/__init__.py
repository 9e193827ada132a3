"""The application without any of its machinery: domain services and the ports they speak through."""
