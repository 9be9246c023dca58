# The portal for production: settings portal.settings.production behind a proxy that ends TLS.
# compose.yaml runs it with PostgreSQL and Elasticsearch; README.md says what has been tried and what not.

FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
COPY requirements.txt constraints.txt ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --requirement requirements.txt --constraint constraints.txt

FROM python:3.11-slim-bookworm
# The number is fixed so that a volume keeps its owner from one image to the next.
RUN groupadd --gid 10001 duijie \
    && useradd --uid 10001 --gid duijie --no-create-home --home-dir /nonexistent duijie \
    && install --directory --owner=duijie --group=duijie /data
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=portal.settings.production \
    DUIJIE_DATA_DIR=/data \
    DUIJIE_DEMO=0 \
    PORT=8000 \
    GRANIAN_INTERFACE=wsgi \
    GRANIAN_HOST=0.0.0.0 \
    GRANIAN_PORT=8000 \
    GRANIAN_WORKERS=2 \
    GRANIAN_BLOCKING_THREADS=4 \
    GRANIAN_WORKERS_KILL_TIMEOUT=5
WORKDIR /app
COPY . .
RUN python scripts/compile_messages.py \
    && python -m compileall -q cms matching portal search
USER duijie
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "scripts/health.py"]
CMD ["granian", "portal.wsgi:application"]
