"""The settings of the tests: the product's own, with a data folder apart, a fast hasher and tasks run at once."""

import atexit
import os
import shutil
import tempfile

# Never the data of whoever runs the tests, and one for each process that runs some of them.
os.environ["PLUMBLINE_DATA"] = tempfile.mkdtemp(prefix="plumbline-test-")
atexit.register(shutil.rmtree, os.environ["PLUMBLINE_DATA"], ignore_errors=True)
os.environ.setdefault("SECRET_KEY", "tests-only-" + "k" * 50)

from config.settings import *  # noqa: F403
from config.settings import DATABASES, PLAIN, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
REQUIRE_SECOND_FACTOR = False  # tests/people/test_second_factor.py turns it on
STORAGES = STORAGES | {"staticfiles": {"BACKEND": PLAIN}}
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_EAGER_PROPAGATES = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
if os.environ.get("TEST_DATABASE_NAME"):
    DATABASES["default"]["TEST"] = {"NAME": os.environ["TEST_DATABASE_NAME"]}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads of the concurrency tests and the live server share it.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(os.environ["PLUMBLINE_DATA"], "test.sqlite3")}
