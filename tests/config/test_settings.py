"""What the environment may and may not make of the product; each case is a start of its own."""

import json

import pytest

from tests.config.started import manage, surroundings

SHOW = """
import json
from django.conf import settings
print(json.dumps({name: str(getattr(settings, name)) for name in %r}))
"""
HTTPS = {"BASE_URL": "https://reviews.example", "DEBUG": "0"}


def settings_with(tmp_path, *names, **changes) -> dict:
    answer = manage("shell", "--no-imports", "-c", SHOW % (names,), env=surroundings(tmp_path, **changes))
    return json.loads(answer.stdout)


def refusal(tmp_path, **changes) -> str:
    answer = manage("check", env=surroundings(tmp_path, **changes))
    assert answer.returncode == 1
    return answer.stderr.strip()


@pytest.mark.parametrize(
    "wrong",
    [{"DEBUG": "1"}, {"SECRET_KEY": "too-short"}, {"ALLOWED_HOSTS": "*"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_an_https_installation_refuses_to_start_unsafely(tmp_path, wrong):
    said = refusal(tmp_path, **(HTTPS | wrong))
    assert said == (
        "A setting is wrong: With an https BASE_URL, set DEBUG=0, a SECRET_KEY of 50 characters "
        "and no * in ALLOWED_HOSTS."
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("DEBUG", "perhaps"), ("BASE_URL", "reviews"), ("ORGANISATION_TIME_ZONE", "Mars"), ("EMAIL_URL", "mail")],
)
def test_a_wrong_value_is_one_line_that_names_the_variable(tmp_path, name, value):
    said = refusal(tmp_path, **{name: value})
    assert said.startswith(f"A setting is wrong: {name} must be ")
    assert len(said.splitlines()) == 1


def test_https_makes_cookies_and_headers_strict(tmp_path):
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "SESSION_COOKIE_NAME", "SECURE_HSTS_SECONDS", "DEMO"]
    assert settings_with(tmp_path, *names, "SECURE_SSL_REDIRECT", **HTTPS, DEMO="") == {
        "SESSION_COOKIE_SECURE": "True",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_NAME": "__Host-session",
        "SECURE_HSTS_SECONDS": "31536000",
        "SECURE_SSL_REDIRECT": "True",
        "DEMO": "False",
    }


def test_two_variables_move_it_to_postgresql_and_redis(tmp_path):
    changes = {
        "DATABASE_URL": "postgres://db/reviews",
        "CELERY_BROKER_URL": "redis://queue/0",
    }
    found = settings_with(tmp_path, "DATABASES", "CELERY_BROKER_URL", "CACHES", **changes)
    assert "postgresql" in found["DATABASES"]
    assert found["CELERY_BROKER_URL"] == "redis://queue/0"
    assert "DatabaseCache" in found["CACHES"]


def test_mails_are_files_until_a_server_is_named(tmp_path):
    assert "filebased" in settings_with(tmp_path, "EMAIL_BACKEND")["EMAIL_BACKEND"]
    named = settings_with(tmp_path, "EMAIL_BACKEND", "EMAIL_HOST", EMAIL_URL="smtp://mail.example:25")
    assert named == {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "mail.example"}


def test_the_product_passes_the_framework_s_own_deployment_check(tmp_path):
    answer = manage("check", "--deploy", "--fail-level", "WARNING", env=surroundings(tmp_path, **HTTPS))
    assert answer.returncode == 0, answer.stderr


def test_development_pages_exist_in_development_only(tmp_path):
    show = "from django.urls import resolve; print(resolve('/mailbox/').view_name, resolve('/styleguide/').view_name)"
    there = manage("shell", "--no-imports", "-c", show, env=surroundings(tmp_path))
    assert there.stdout.split() == ["mailbox", "styleguide"]
    gone = manage("shell", "--no-imports", "-c", show, env=surroundings(tmp_path, DEBUG="0"))
    assert "Resolver404" in gone.stderr
