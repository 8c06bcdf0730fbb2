"""The product behind a real proxy: the visitor's address is the proxy's word, everywhere."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.config.proxy import proxy_before
from tests.config.started import HR, OwnDatabase, Served, manage, surroundings
from tests.config.visitor import Visitor

PASSWORD = HR["FIRST_HR_PASSWORD"]
PEOPLE = 30
MAKE = f"""
from people.models import User
from people.querysets import vouch_for
from django.contrib.auth.hashers import make_password
from django.utils import timezone
kept = make_password({PASSWORD!r})
vouch_for(User.objects.bulk_create(
    [User(email=f"p{{n}}@firm.example", name=f"Person {{n}}", password=kept, last_login=timezone.now())
     for n in range({PEOPLE})]
))
"""
TOLD = """
from foundation.audit.models import Event
from allauth.usersessions.models import UserSession
told = Event.objects.filter(verb="user.sign_in_failed").values_list("data", flat=True)
print(len({each["client"] for each in told}), len(told))
print(len({each.ip for each in UserSession.objects.all()}))
"""


@pytest.fixture
def product(tmp_path):
    with OwnDatabase(os.environ.get("DATABASE_URL")) as own:
        served = Served(tmp_path / "data", **HR, **own, BEHIND_PROXY="1")
        env = surroundings(tmp_path / "data", **own)
        try:
            served.ready()
            with proxy_before(served.port) as port:
                yield served, port, lambda code: manage("shell", "--no-imports", "-c", code, env=env)
        finally:
            served.end()


def test_150_addresses_and_an_office_of_150_all_get_in(product):
    """cases G1: 150 failures and good ones from 150 addresses, then 150 good ones from one office."""
    _served, port, shell = product
    made = shell(MAKE)
    assert made.returncode == 0, made.stderr

    def fail_then_enter(number):
        visitor = Visitor(port, f"127.0.1.{number + 1}")
        email = f"p{number % PEOPLE}@firm.example"
        return visitor.sign_in(email, "wrong"), visitor.sign_in(email, PASSWORD)

    def enter(number):
        return Visitor(port, "127.0.2.1").sign_in(f"p{number % PEOPLE}@firm.example", PASSWORD)

    with ThreadPoolExecutor(6) as crowd:
        first = list(crowd.map(fail_then_enter, range(150)))
        office = list(crowd.map(enter, range(150)))
    assert set(first) == {(200, 302)}
    assert set(office) == {302}
    failures, sessions = shell(TOLD).stdout.splitlines()
    assert failures == "150 150"
    assert sessions == "151"  # the list of sessions shows where each of them came from
