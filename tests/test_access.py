"""Every address of the product against every role and relation: who gets in; for everybody else it does not exist.

One row per URL pattern; the suite fails for a pattern without a row. A row says in which status of the review it is
asked, with which objects in the address, and who may. Each request is rolled back: every role meets the same rows.
"""

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse

from foundation.audit.models import Event
from goals.services import load_starter_goals
from tests.access_table import ROWS, STATUSES, TABLE, WHO
from tests.world import address, by_role, surrounded, things


def patterns(resolver, namespace=""):
    """The names of all URL patterns, whatever includes them."""
    for each in resolver.url_patterns:
        if hasattr(each, "url_patterns"):
            yield from patterns(each, namespace + (f"{each.namespace}:" if each.namespace else ""))
        else:
            yield f"{namespace}{each.name}"


def test_every_address_of_the_product_has_a_row():
    found = list(patterns(get_resolver()))
    assert "None" not in found
    assert set(found) == set(TABLE)


# --- the organisation ------------------------------------------------------------------------------------------------
@pytest.fixture
def cast(cast, catalogue):
    load_starter_goals()
    return surrounded(cast)


@pytest.fixture
def rows(cast, catalogue):
    return things(cast, catalogue)


@pytest.fixture
def world(cast, rows, request):
    """The status asked for, and the rows by role at that status."""
    return request.param, by_role(cast, rows, request.param)


# --- the requests ----------------------------------------------------------------------------------------------------
def actions():
    """Events but for those that tell of a refusal."""
    return Event.objects.exclude(verb="user.access_refused")


def ask(client, user, method, url, data=None):
    """The status of one request and how many events it made; then everything is as before."""
    with transaction.atomic():
        client.logout() if user is None else client.force_login(user)
        before = actions().count()
        answer = getattr(client, method)(url, data or {})
        result = answer, actions().count() - before
        list(answer.streaming_content if answer.streaming else ())  # read to its end, a file is closed
        transaction.set_rollback(True)
    client.cookies.clear()
    return result


def outcome(client, user, row, url):
    """In one word: in, out (the page does not exist), sign-in, or what went wrong."""
    if row.kind == "action":
        got, _ = ask(client, user, "get", url)
        if user is not None and got.status_code not in (404, 405):
            return f"GET {got.status_code}"
    answer, _ = ask(client, user, "post" if row.kind == "action" else "get", url, dict(row.data))
    if row.kind != "open" and answer.status_code == 302 and answer.url.startswith("/accounts/login/"):
        return "sign-in"
    return {404: "out", 200: "in", 302: "in", 400: "in", 405: "in", 503: "in"}.get(
        answer.status_code, str(answer.status_code)
    )


def expected(row, role):
    if row.kind != "open" and role == "anonymous":
        return "sign-in"
    return "in" if role in row.who else "out"


@pytest.mark.parametrize("world", STATUSES, indirect=True)
def test_an_address_opens_for_those_in_the_table_and_does_not_exist_for_others(world, cast, client):
    status, rows = world
    wrong = []
    for name, row in ROWS:
        for role in WHO if row.status == status else ():
            url = address(name, row, rows[role])
            found = outcome(client, getattr(cast, role, None), row, url)
            if found != expected(row, role):
                wrong.append(f"{name} {row.words} for {role}: {found}, not {expected(row, role)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("world", STATUSES, indirect=True)
def test_a_post_by_somebody_who_may_not_changes_nothing(world, cast, client):
    status, rows = world
    for name, row in ROWS:
        if row.status != status or row.kind == "open":
            continue
        for role in set(WHO) - row.who:
            url = address(name, row, rows[role])
            answer, events = ask(client, getattr(cast, role, None), "post", url, {"reason": "Because", "send": "1"})
            assert events == 0, (name, role)
            assert answer.status_code in (302, 404, 405), (name, role, answer.status_code)


VERBS = {"up", "agree", "accept", "close", "start", "skip_self_assessment"}
WITH_ID = [name for name, row in TABLE.items() if row.words and row.kind != "open"]
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def test_an_unknown_id_is_the_same_page_as_a_foreign_one(cast, rows, client):
    pages = set()
    for name in WITH_ID:
        row = TABLE[name]
        url = reverse(name, args=[word if word in VERBS or isinstance(word, int) else UNKNOWN for word in row.words])
        for user in (cast.hr, cast.subject, cast.manager):
            client.force_login(user)
            answer = client.post(url) if row.kind == "action" else client.get(url)
            assert answer.status_code == 404, (name, user)
            pages.add(answer.templates[0].name)
    assert pages == {"404.html"}
