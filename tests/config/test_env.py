"""Variables are read with a type; what is wrong stops the start, by name and without its value."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.fixture
def given(monkeypatch):
    return lambda value, name="THING": monkeypatch.setenv(name, value)


def test_a_missing_or_empty_variable_is_its_default(given):
    assert env.text("THING", "default") == "default"
    given("  ")
    assert env.text("THING", "default") == "default"
    assert env.flag("THING", True) is True
    assert env.words("THING", ["one"]) == ["one"]


@pytest.mark.parametrize(("value", "read"), [("1", True), ("True", True), ("on", True), ("0", False), ("no", False)])
def test_flags_are_read_in_the_usual_spellings(given, value, read):
    given(value)
    assert env.flag("THING", not read) is read


def test_a_flag_that_is_neither_is_refused_by_name(given):
    given("maybe")
    with pytest.raises(ImproperlyConfigured, match=r"^THING must be 1 or 0.$"):
        env.flag("THING")


def test_words_are_separated_by_commas(given):
    given("one.example, two.example,")
    assert env.words("THING", []) == ["one.example", "two.example"]


def test_an_address_loses_its_last_slash(given):
    given("https://reviews.example/")
    assert env.address("THING", "") == "https://reviews.example"


@pytest.mark.parametrize("value", ["reviews.example", "ftp://reviews.example", "https://"])
def test_an_address_of_another_kind_is_refused(given, value):
    given(value)
    with pytest.raises(ImproperlyConfigured, match=r"^THING must be an address that begins with http"):
        env.address("THING", "")


def test_an_unknown_time_zone_is_refused(given):
    assert env.zone("THING", "Europe/Berlin") == "Europe/Berlin"
    given("Europe/Entenhausen")
    with pytest.raises(ImproperlyConfigured, match=r"^THING must be the name of a time zone"):
        env.zone("THING", "Europe/Berlin")


def test_a_choice_outside_the_list_is_refused(given):
    given("loud")
    with pytest.raises(ImproperlyConfigured, match=r"^THING must be one of INFO, ERROR.$"):
        env.choice("THING", "INFO", ("INFO", "ERROR"))


def test_a_folder_is_made_for_this_user_only(tmp_path):
    assert env.folder(tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ImproperlyConfigured, match=r"^PLUMBLINE_DATA or STATIC_ROOT: cannot use "):
        env.folder(tmp_path / "file" / "data")


def test_a_secret_is_made_once_and_readable_by_this_user_only(tmp_path):
    made = env.secret(tmp_path / "key")
    assert len(made) >= 50
    assert env.secret(tmp_path / "key") == made
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_without_a_database_address_a_file_in_the_data_folder_is_used(given, tmp_path):
    given("", "DATABASE_URL")
    config = env.database(tmp_path)
    assert config["NAME"] == str(tmp_path / "plumbline.sqlite3")
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_postgresql_gets_limits_and_lasting_connections(given, tmp_path):
    given("postgres://ann:secret@db.example:5433/reviews", "DATABASE_URL")
    config = env.database(tmp_path)
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("db.example", 5433, "reviews")
    assert "lock_timeout=2s" in config["OPTIONS"]["options"]
    assert config["CONN_HEALTH_CHECKS"] is True


def test_a_database_that_vanishes_is_messaged_within_ten_seconds(given, tmp_path):
    """cases G12: by the client's own network settings; the kernel default is minutes."""
    given("postgres://ann:secret@db.example:5433/reviews", "DATABASE_URL")
    network = env.database(tmp_path)["OPTIONS"]
    silence = network["keepalives_idle"] + network["keepalives_interval"] * network["keepalives_count"]
    assert silence < 10
    assert network["tcp_user_timeout"] < 10_000
    assert network["connect_timeout"] <= 5


@pytest.mark.parametrize(("value", "count"), [("", 0), ("0", 0), ("no", 0), ("1", 1), ("yes", 1), ("2", 2)])
def test_the_number_of_proxies_is_a_small_number(given, value, count):
    given(value)
    assert env.count("THING", most=5) == count


@pytest.mark.parametrize("value", ["-1", "6", "two", "1.5"])
def test_another_number_of_proxies_is_refused(given, value):
    given(value)
    with pytest.raises(ImproperlyConfigured, match=r"^THING must be a whole number from 0 to 5.$"):
        env.count("THING", most=5)


@pytest.mark.parametrize("value", ["reviews", "mysql://db/reviews", "postgres://ann:secret@db:port/reviews"])
def test_another_database_is_refused_without_showing_the_password(given, tmp_path, value):
    given(value, "DATABASE_URL")
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL must be an address such as postgres://") as refused:
        env.database(tmp_path)
    assert "secret" not in str(refused.value)


def test_a_mail_server_is_one_address(given):
    given("smtp+tls://ann:secret@mail.example:587")
    config = env.mail_server("THING")
    assert (config["EMAIL_HOST"], config["EMAIL_PORT"], config["EMAIL_USE_TLS"]) == ("mail.example", 587, True)


@pytest.mark.parametrize("value", ["mail.example", "http://mail.example", "smtp://mail.example:port"])
def test_another_mail_address_is_refused(given, value):
    given(value)
    with pytest.raises(ImproperlyConfigured, match=r"^THING must be an address such as smtp"):
        env.mail_server("THING")
