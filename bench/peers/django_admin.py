"""Django's admin over the posts, as it comes (fifty a page): `python -m bench.peers.django_admin`."""

from __future__ import annotations

import os

import django
from django.conf import settings
from sqlalchemy.engine import make_url

from bench import pages
from bench.peers.posts import COMMON, RARE, STATES

ADDRESS = make_url(os.environ["DATABASE_URL"])
APPS = ("admin", "auth", "contenttypes", "sessions", "messages")
MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware",
)  # fmt: skip
PROCESSORS = ("template.context_processors.request", "contrib.auth.context_processors.auth",
              "contrib.messages.context_processors.messages")  # fmt: skip
settings.configure(
    SECRET_KEY="only-for-the-bench", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, USE_TZ=True, STATIC_URL="/static/",
    INSTALLED_APPS=[f"django.contrib.{name}" for name in APPS], MIDDLEWARE=MIDDLEWARE,
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": ADDRESS.database, "USER": ADDRESS.username,
        "PASSWORD": ADDRESS.password or "", "HOST": ADDRESS.host or ADDRESS.query.get("host", ""),
        "PORT": ADDRESS.port or "", "CONN_MAX_AGE": None,
    }},
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
        "OPTIONS": {"context_processors": [f"django.{name}" for name in PROCESSORS]},
    }],
)  # fmt: skip
django.setup()

from django.contrib import admin  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import path  # noqa: E402


class Post(models.Model):
    """The table that all of them list."""

    id = models.CharField(primary_key=True, max_length=40)
    title = models.CharField(max_length=200)
    body = models.TextField()
    author = models.CharField(max_length=100)
    state = models.CharField(max_length=20, choices=[(state, state) for state in STATES])
    featured = models.BooleanField()
    views = models.IntegerField()
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        app_label, managed, db_table = "admin", False, "bench_posts"


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):
    """The same columns, searches and filters."""

    list_display = ("title", "author", "state", "views", "created_at")
    search_fields = ("title", "body")
    list_filter = ("state", "featured")
    list_per_page = 50


urlpatterns = [path("admin/", admin.site.urls)]

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    user = User.objects.filter(username="bench").first() or User.objects.create_superuser("bench", "", "bench")
    client = Client()
    client.force_login(user)
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    last = (Post.objects.count() * 3 // 4) // 50
    queries = {
        "first page": "", "any page": f"?p={last}", "common search": f"?q={COMMON}", "rare search": f"?q={RARE}",
        "filter with counts": "?state__exact=draft&featured__exact=1&_facets=True",
    }  # fmt: skip
    found = {name: f"/admin/admin/post/{query}" for name, query in queries.items()}
    pages.tell(get_wsgi_application(), found, cookie)
