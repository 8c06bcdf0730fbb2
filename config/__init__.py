"""Settings, URLs and the Celery application of this installation."""

import warnings

# django-fsm prints a notice at import; it must be silenced before the first import anywhere.
warnings.filterwarnings("ignore", message="The 'django-fsm' package", category=UserWarning)

from config.celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
