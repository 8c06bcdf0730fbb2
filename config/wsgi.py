"""The WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from django.db import connection  # noqa: E402

from foundation.outbox.broker import load_client  # noqa: E402 (needs the applications to be loaded)

load_client()
if connection.vendor == "postgresql":
    from config.database_patience import limit_waiting

    limit_waiting()

# What was loaded so far stays: it is not searched for garbage again, and workers go on sharing its memory. A page makes
# some ten thousand short-lived objects; looking for circles among them each 700 costs it a twentieth of its time.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
