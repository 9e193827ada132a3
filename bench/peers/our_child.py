"""`worker.py heavy` for the application with the posts: writes the file that was asked for, and says its own peak."""

import gc
import sys

gc.disable()
sys.modules.update(dict.fromkeys(("rich", "werkzeug", "yaml", "greenlet")))  # see worker.py

from entrypoints.later import OPENSSL, load_later

load_later(*OPENSSL)

from bench.peak import tell_peak
from bench.peers.posts import with_posts
from entrypoints.worker.heavy import lean, serve_heavy

if __name__ == "__main__":
    serve_heavy(lambda settings: with_posts(lean(settings)))
    tell_peak()
