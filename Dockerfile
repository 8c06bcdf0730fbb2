# The product in one image; web, worker and beat are the same image with another command (see compose.yaml).
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig \
    fonts-dejavu-core fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 plumbline \
    && install -d -m 0700 -o plumbline -g plumbline /data

WORKDIR /app
COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/base.txt
COPY manage.py ./
COPY config config
COPY foundation foundation
COPY people people
COPY competencies competencies
COPY goals goals
COPY feedback feedback
COPY reviews reviews
COPY templates templates
COPY static static

ENV PLUMBLINE_DATA=/data PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Collected while building: the names of the files are part of the release, not of the data.
RUN PLUMBLINE_DATA=/tmp/build STATIC_ROOT=/app/static-files python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build
ENV STATIC_ROOT=/app/static-files

USER plumbline
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["python", "manage.py", "serve", "--bind", "0.0.0.0:8000"]
