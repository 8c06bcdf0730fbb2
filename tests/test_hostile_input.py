"""No page answers with a fault, whatever stands in an address or a form: refused beside the field, or ignored.

Walks the access table: each address is asked, as somebody who may open it, with hostile values in every parameter the
product reads and in every field its page has.
"""

import re
from urllib.parse import quote, quote_from_bytes, urlencode

import pytest
from django.core.handlers import wsgi
from django.db import transaction
from django.http import QueryDict

from tests.access_table import ROLES, ROWS, STATUSES
from tests.test_access import cast, rows, world  # noqa: F401 (fixtures)
from tests.world import address

HOSTILE = {
    "empty": "",
    "blank": " \t\u00a0\u200b",
    "NUL": "a\0b",
    "negative": "-1",
    "huge number": "9" * 45_000,
    "not a number": "NaN",
    "infinite": "1e999999",
    "very long": "x" * 120_000,
    "wrong type": "{'a': [1]}",
    "a path": "../../etc/passwd%00",
    "markup": "<script>alert(1)</script>{{ 7*7 }}",
    "control signs": "\r\n\x1b[31m\x7f\u202e",
    "beyond the basic plane": "😀\U0010ffff",
    "an id of nobody": "00000000-0000-4000-8000-000000000000",
    "a far day": "99999-13-45",
}
RAW = {"invalid UTF-8": b"\xff\xfe\xfa", "a lone surrogate": b"\xed\xa0\x80", "a cut sign": b"\xe2\x82"}
# What pages read from an address; a name that is missing here is still asked when a form of the page has it.
PARAMETERS = [
    "q", "status", "show", "page", "after", "before", "next", "giver", "receiver", "manager", "team", "stand_in",
    "person", "goal", "code", "objective", "group", "period", "kind", "from", "until", "version", "key", "token",
    "sort",
]  # fmt: skip
NAME = re.compile(r'name="([^"]+)"')
FINE = {200, 204, 301, 302, 303, 400, 401, 403, 404, 405, 409, 413, 429, 503}


def who_may(row):
    return next((role for role in ROLES if role in row.who), None)


def asked(client, user, method, url, **more):
    """The status of one request, with everything it did taken back."""
    if user is not None:
        client.force_login(user)
    with transaction.atomic():
        answer = getattr(client, method)(url, **more)
        list(answer.streaming_content if answer.streaming else ())  # read to its end, a file is closed
        transaction.set_rollback(True)
    client.cookies.clear()
    return answer


def rows_of(world):  # noqa: F811
    """(name, role, address, row) of everything that is asked at this status."""
    status, things_of = world
    for name, row in ROWS:
        role = who_may(row)
        if row.status == status and role and "confirm" not in name:
            yield name, role, address(name, row, things_of[role]), row


class Noted(QueryDict):
    """The query of an address that notes what is read of it, in `asked` of the class; "*" stands for all of it."""

    asked: set = set()

    def __init__(self, *given, **options):
        before = set(self.asked)
        super().__init__(*given, **options)  # which looks into itself
        type(self).asked = before

    def __getitem__(self, name):
        self.asked.add(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self.asked.add(name)
        return super().__contains__(name)

    def getlist(self, name, default=None):
        self.asked.add(name)
        return super().getlist(name, default)

    def __iter__(self):
        self.asked.add("*")
        return super().__iter__()

    def items(self):
        self.asked.add("*")
        return super().items()

    def lists(self):
        self.asked.add("*")
        return super().lists()

    def urlencode(self, safe=None):
        self.asked.add("*")
        return super().urlencode(safe)


def test_what_a_page_reads_of_its_address_is_noted():
    """The walk below asks a page that reads nothing but once; without this its silence would say nothing."""
    ways = [
        lambda query: query["q"], lambda query: query.get("q"), lambda query: "q" in query, dict,
        lambda query: query.getlist("q"), lambda query: query.copy(), lambda query: query.urlencode(), list,
        lambda query: query.dict(), lambda query: list(query.items()), lambda query: list(query.values()),
    ]  # fmt: skip
    for number, read in enumerate(ways):
        Noted.asked = set()
        query = Noted("q=1")
        assert Noted.asked == set()
        read(query)
        assert Noted.asked, number


def query_of(name: str, raw: bytes) -> str:
    return f"{quote(name)}={quote_from_bytes(raw)}"


@pytest.mark.parametrize("world", STATUSES, indirect=True)
def test_no_address_answers_a_hostile_parameter_with_a_fault(world, cast, client, monkeypatch):  # noqa: F811
    """cases G9"""
    monkeypatch.setattr(wsgi, "QueryDict", Noted)
    wrong = []
    for name, role, url, row in rows_of(world):
        if row.kind == "action":
            continue
        queries = [urlencode(dict.fromkeys(PARAMETERS, value)) for value in HOSTILE.values() if len(value) < 9_000]
        queries += ["&".join(query_of(each, raw) for each in PARAMETERS) for raw in RAW.values()]
        queries.append("&".join(f"{each}=a&{each}=b&{each}[]=c" for each in PARAMETERS))
        Noted.asked = set()
        for query in queries:
            answer = asked(client, cast[role], "get", f"{url}?{query}")
            if answer.status_code not in FINE:
                wrong.append(f"{name}?{query[:60]}: {answer.status_code}")
            if not Noted.asked:
                break  # nothing of its address reaches this page
    assert wrong == []


def fields_of(client, user, url) -> list[str]:
    """The names of all fields of the page, and those that any form may carry."""
    answer = asked(client, user, "get", url)
    found = NAME.findall(answer.content.decode()) if answer.status_code == 200 and not answer.streaming else []
    return sorted({*found, "version", "key", "reason", "verb"} - {"csrfmiddlewaretoken", "viewport", "color-scheme"})


@pytest.mark.parametrize("world", STATUSES, indirect=True)
def test_no_form_answers_a_hostile_value_with_a_fault(world, cast, client):  # noqa: F811
    """cases A5, cases G9"""
    wrong = []
    for name, role, url, row in rows_of(world):
        if row.kind not in ("form", "action"):
            continue
        fields = fields_of(client, cast[role], url)
        given = dict(row.data)
        for what, value in HOSTILE.items():
            answer = asked(client, cast[role], "post", url, data=dict.fromkeys(fields, value) | given)
            if answer.status_code not in FINE:
                wrong.append(f"{name} with {what}: {answer.status_code}")
        for what, raw in RAW.items():
            body = "&".join(query_of(field, raw) for field in fields)
            kind = "application/x-www-form-urlencoded"
            answer = asked(client, cast[role], "post", url, data=body, content_type=kind)
            if answer.status_code not in FINE:
                wrong.append(f"{name} with {what}: {answer.status_code}")
    assert wrong == []
