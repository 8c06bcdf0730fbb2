"""One settings file; what differs between machines is an environment variable (see .env.example)."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")

# --- where this installation lives ---------------------------------------------------------------------------------
DATA_DIR = env.folder(Path(env.text("PLUMBLINE_DATA", str(BASE_DIR / "data"))).absolute())
BASE_URL = env.address("BASE_URL", "http://127.0.0.1:8000")
ORGANISATION_NAME = env.text("ORGANISATION_NAME", "Plumbline")
CONTACT_EMAIL = env.text("CONTACT_EMAIL", "hr@example.org")
IS_HTTPS = urlsplit(BASE_URL).scheme == "https"

DEBUG = env.flag("DEBUG")
# Whether `serve` fills an empty database with invented people, whose password everybody knows.
DEMO = env.flag("DEMO", DEBUG)
SECRET_KEY = env.text("SECRET_KEY") or env.secret(DATA_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", [])
# Keys the chain of the event log; kept apart so that rotating SECRET_KEY leaves the log verifiable.
AUDIT_KEY = env.text("AUDIT_KEY") or env.secret(DATA_DIR / "audit_key")
# Where the log stood, day by day, outside the database; see foundation/audit/anchors.py.
AUDIT_ANCHORS = Path(env.text("AUDIT_ANCHORS", str(DATA_DIR / "audit_anchors.jsonl"))).absolute()
AUDIT_ANCHOR_EMAIL = env.text("AUDIT_ANCHOR_EMAIL")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", [urlsplit(BASE_URL).hostname or "127.0.0.1", "localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]
if IS_HTTPS and (DEBUG or "*" in ALLOWED_HOSTS or len(SECRET_KEY) < 50):
    raise ImproperlyConfigured(
        "With an https BASE_URL, set DEBUG=0, a SECRET_KEY of 50 characters and no * in ALLOWED_HOSTS."
    )

# --- the house -----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "people",
    "foundation.audit",
    "foundation.outbox",
    "foundation.counters",
    "foundation.operations",
    "competencies",
    "questionnaires",
    "goals",
    "feedback",
    "reviews",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django.forms",
]
MIDDLEWARE = [
    "foundation.operations.health.probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "foundation.ui.compression.Compressed",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.resend.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "people.middleware.personal_time",
    "people.middleware.session_limits",
    "people.fault_pages.guarded_answers",
    "foundation.ui.line_breaks.plain_line_breaks",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["foundation.ui.tags", "django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "foundation.ui.navigation.navigation",
                "foundation.operations.mailbox.address",
                "people.factors.passkeys",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # templates/django/forms: nothing pasted is cut
SILENCED_SYSTEM_CHECKS = ["account.W001"]

# --- rows and files ------------------------------------------------------------------------------------------------
DATABASES = {"default": env.database(DATA_DIR)}
# How long a page waits for an answer of PostgreSQL: the server ends a statement by itself before.
DATABASE_PATIENCE = env.database_seconds() + 3  # seconds
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# No page depends on another server than the database. What must not be forgotten (limits, known browsers) is rows; this
# table only remembers which one-time codes were used, for half a minute.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
STATIC_URL = "static/"
STATIC_ROOT = env.folder(Path(env.text("STATIC_ROOT", str(DATA_DIR / "static"))))
STATICFILES_DIRS = [BASE_DIR / "static"]
MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": PLAIN if DEBUG else MANIFEST},
}
MEDIA_ROOT = env.folder(DATA_DIR / "files")

# --- people and sign-in --------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.backends.SessionPerson"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "people.adapter.ClosedRegistration"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # seconds
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION = "none"  # HR vouches for the address; a code or a reset proves it
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(BASE_URL).scheme
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True  # how long a session lasts is said below, not asked
# Guessing is limited by people/limits.py, in the database; allauth's limits live in a cache and count good ones too.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
ACCOUNT_FORMS = {
    "request_login_code": "people.sign_in.RequestCode",
    "confirm_login_code": "people.sign_in.ConfirmCode",
    "reset_password": "people.sign_in.RequestReset",
    "reset_password_from_key": "people.sign_in.NewPassword",
    "change_password": "people.sign_in.ChangePassword",
    "set_password": "people.sign_in.SetPassword",
}
MFA_FORMS = {
    "authenticate": "people.sign_in.Factor",
    "reauthenticate": "people.sign_in.FactorAgain",
    "activate_totp": "people.sign_in.NewApp",
    "add_webauthn": "people.sign_in.NewPasskey",
}
# HR and IT sign in with a second factor. REQUIRE_SECOND_FACTOR=0 relaxes it; the demo has it off.
REQUIRE_SECOND_FACTOR = env.flag("REQUIRE_SECOND_FACTOR", not (DEBUG or DEMO))
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds for which a sign-in or a confirmation holds
MFA_ADAPTER = "people.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
MFA_TOTP_ISSUER = ORGANISATION_NAME
USERSESSIONS_TRACK_ACTIVITY = False

# --- browser -------------------------------------------------------------------------------------------------------
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 24 * 3600  # seconds; the absolute end, idle ends are in people/middleware.py
SESSION_IDLE_SECONDS = 8 * 3600
SESSION_IDLE_SECONDS_HR = 30 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "plumbline_session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "plumbline_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "people.resend.csrf_failure"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
# How many proxies of ours stand in front: so many entries of X-Forwarded-For are believed, from its end.
TRUSTED_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = env.count("BEHIND_PROXY", most=5)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes of a form without files

# --- words and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
# Moments are stored in UTC. Today, where nobody's own zone is known, is the organisation's: deadlines and stand-ins are
# judged by it, and a job at 23:30 UTC must not take another day for today than the page it belongs to.
TIME_ZONE = ORGANISATION_TIME_ZONE = env.zone("ORGANISATION_TIME_ZONE", "Europe/Berlin")
# Public holidays that deadlines avoid by default: a country with an optional region ("DE-BE"), or "none".
ORGANISATION_HOLIDAYS = env.holidays_of("ORGANISATION_HOLIDAYS", "DE")

# --- mail ----------------------------------------------------------------------------------------------------------
MAIL_DIR = env.folder(DATA_DIR / "mails")
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"{ORGANISATION_NAME} <{CONTACT_EMAIL}>")
if env.text("EMAIL_URL"):
    vars().update(env.mail_server("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = MAIL_DIR

# --- work in the background ----------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem:"):
    QUEUE_DIR = env.folder(DATA_DIR / "queue")
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(env.folder(QUEUE_DIR / "messages")),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(env.folder(QUEUE_DIR / "control")),
        "processed_folder": str(env.folder(QUEUE_DIR / "processed")),
        "store_processed": False,
        "polling_interval": 0.2,
    }
    CELERY_WORKER_PREFETCH_MULTIPLIER = 4  # each poll fetches only what may be prefetched
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_timeout": 5, "socket_connect_timeout": 5}
    CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY = False  # the sweep finds what no signal announced
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = ORGANISATION_TIME_ZONE

# --- log -----------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_tokens": {"()": "config.log.NoTokens"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["no_tokens"], "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))},
    "loggers": {
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},
        "gunicorn.error": {"handlers": ["console"], "propagate": False},  # it names the path of a request that failed
    },
}
