# One image, four roles: web (the default), worker, scheduler, release. What is kept lies in PostgreSQL, Valkey and /data.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
WORKDIR /app
COPY requirements/uv.txt requirements/base.txt requirements/
RUN python -m pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
    && python -m venv --without-pip .venv \
    && uv pip install --no-cache --compile-bytecode --python .venv/bin/python --require-hashes -r requirements/base.txt \
    && .venv/bin/python -m compileall -q -o 2 .venv/lib

FROM ${BASE}
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin enginebay \
    && install --directory --owner=enginebay --group=enginebay --mode=700 /data
WORKDIR /app
COPY --from=build /app/.venv .venv
COPY migrations migrations
COPY worker.py wsgi.py ./
COPY src src
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONPATH=/app/src \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    PORT=8000 \
    ENGINEBAY_HOST=0.0.0.0 \
    ENGINEBAY_HOME=/data \
    ENGINEBAY_ENVIRONMENT=production \
    ENGINEBAY_LOG_FORMAT=json
# At level 2 as well: heavy tasks run without docstrings.
RUN python -m compileall -q -o 0 -o 2 src migrations worker.py wsgi.py
USER enginebay
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:%s/readyz' % os.environ['PORT'], timeout=4)"]
# Exec form: SIGTERM reaches the process itself, which finishes what it is inside of.
CMD ["python", "-m", "entrypoints.web.serve"]
