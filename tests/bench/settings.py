"""The product as in production, with a meter round every answer and the floor page beside it."""

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE

MIDDLEWARE = ["tests.bench.meter.meter", *MIDDLEWARE]
ROOT_URLCONF = "tests.bench.urls"
TEMPLATES[0]["DIRS"] += [BASE_DIR / "tests" / "bench"]  # noqa: F405
