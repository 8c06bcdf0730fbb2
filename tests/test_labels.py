"""Every input of every page has a label of its own."""

import pytest

from tests.access_table import STATUSES
from tests.labels import Page, faults
from tests.test_queries import is_page, pages
from tests.world import by_role


@pytest.mark.parametrize("status", STATUSES)
def test_every_input_has_a_label_of_its_own(world, client, status):
    """cases H2"""
    cast, rows = world
    rows, seen, found = by_role(cast, rows, status), 0, {}
    for name, role, url in pages(rows, status):
        client.force_login(cast[role])
        answer = client.get(url)
        if is_page(answer) and "html" in answer["Content-Type"]:
            html = answer.content.decode()
            seen += len(Page(html).inputs)
            found[f"{name} as {role}"] = faults(html)
        list(answer.streaming_content if answer.streaming else ())
    assert seen or status == "cancelled"  # where nobody writes any more
    assert {page: each for page, each in found.items() if each} == {}


def test_a_missing_and_a_shared_label_would_be_found():
    assert faults('<input name="a" id="a">') == ["a: no label"]
    shared = '<label for="a">Name</label><input name="a" id="a"><label for="b">Name</label><input name="b" id="b">'
    assert faults(shared) == ["b: the label of a (Name)"]
    apart = shared.replace('<label for="b">', '<fieldset><legend>Second</legend><label for="b">')
    assert faults(apart) == []


def test_the_numbered_questions_of_the_summary_have_whole_labels(world, client):
    """cases H2: no letter of a field's name."""
    cast, rows = world
    review = by_role(cast, rows, "delivery")["manager"]["review"]
    client.force_login(cast.manager)
    html = " ".join(client.get(f"/reviews/{review.pk}/summary/").content.decode().split())
    assert "Strengths to build on 1" in html
    assert "Performance code for “Strengths to build on” 1" in html
    assert " e </label>" not in html
