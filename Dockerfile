# The app for whoever hosts it: an ordinary user, a read-only file system, one folder to write in. How to build and run
# it, and what must stand in front of it: SECURITY.md. Nothing is fetched but packages whose hash is in a lock.
# Whoever hosts it pins the base: --build-arg BASE=python:3.11-slim@sha256:...
ARG BASE=python:3.11-slim
FROM ${BASE} AS build

WORKDIR /source
COPY requirements.lock requirements-app.lock ./
# The build tool and what the app needs at work are kept apart; both come from a lock.
RUN sed -n '/^setuptools==/,/[^\\]$/p' requirements.lock > requirements-build.lock \
    && python -m venv /build \
    && /build/bin/pip install --no-cache-dir --no-deps --require-hashes --requirement requirements-build.lock
RUN python -m venv /opt/doorstroom \
    && /opt/doorstroom/bin/pip install --no-cache-dir --no-deps --require-hashes --requirement requirements-app.lock
COPY pyproject.toml README.md LICENSE app.py cli.py ./
COPY sim sim
COPY models models
COPY experiments experiments
COPY app_pages app_pages
COPY cli_pages cli_pages
RUN /build/bin/pip wheel --no-index --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/doorstroom/bin/pip install --no-index --no-deps /wheels/*.whl \
    && /opt/doorstroom/bin/pip uninstall --yes pip

FROM ${BASE}

RUN install --directory --owner=10001 --group=10001 --mode=0700 /cache
COPY --from=build /opt/doorstroom /opt/doorstroom
ENV PATH=/opt/doorstroom/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/cache \
    XDG_CACHE_HOME=/cache \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /
USER 10001:10001
VOLUME /cache
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["doorstroom", "app", "--host", "0.0.0.0", "--port", "8501", "--no-browser"]
