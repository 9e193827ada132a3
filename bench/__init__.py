"""Benchmarks: Enginebay beside its peers, in one run, on the same PostgreSQL and the same Redis."""
