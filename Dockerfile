# The production image: the application and nothing that only the demo or the tests need.
# Other than the base image everything comes from Debian's packages and the hash-locked requirements.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=ismap_liu.settings.production \
    MEDIA_ROOT=/srv/media \
    XDG_CACHE_HOME=/tmp

# What PDF needs: libraries, the BIZ UD fonts, and two more for characters that these lack.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpangoft2-1.0-0 libharfbuzz-subset0 \
        fonts-morisawa-bizud-gothic fonts-morisawa-bizud-mincho \
        fonts-noto-cjk fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --system --uid 10001 --home-dir /srv/app --shell /usr/sbin/nologin app \
    && install --directory --owner app --group app /srv/media
WORKDIR /srv/app

COPY requirements/base.lock requirements/
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/base.lock

# .dockerignore keeps ./run, devstack, the tests and everything local out.
COPY . .

# The values stand in for this one command only; the running containers get theirs from outside.
RUN SECRET_KEY=build ALLOWED_HOSTS=build SITE_URL=https://build DEFAULT_FROM_EMAIL=build@localhost \
    DATABASE_URL=postgres://build/build BROKER_URL=redis://build CACHE_URL=redis://build \
    EMAIL_URL=smtp://build python manage.py collectstatic --no-input

USER app
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "ismap_liu.wsgi", "--bind", "0.0.0.0:8000", \
     "--workers", "2", "--threads", "4", "--timeout", "30", \
     "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
