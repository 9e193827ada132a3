"""Brings the bench's own database to the shape Enginebay needs, by its migrations."""

from bench.peers.ours import app

if __name__ == "__main__":
    app().migrations.upgrade()
