"""Signs no database keeps, and clicks that come all at once."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from foundation.outbox.models import Message
from people.models import User
from tests.factories import make_grade, make_user
from tests.opened import opened

NUL = "a\x00"


def pickers(cast, review):
    """Every page with a person or team to type, who opens it, and the field."""
    today = review.cycle.period_end
    return [
        ("feedback:praise", [], "subject", "receiver", {"text": "Thank you", "happened_on": today}),
        ("feedback:ask", [], "subject", "giver", {"about": "A", "question": "B", "happened_on": today}),
        ("people:new", [], "hr", "manager", {"name": "N", "email": "n@example.org"}),
        ("people:new", [], "hr", "team", {"name": "N", "email": "n@example.org"}),
        ("people:person", [cast.peer.pk], "hr", "manager", {"name": "N", "email": "n@example.org"}),
        ("people:deactivate", [cast.peer.pk], "hr", "successor", {}),
        ("people:delegation_new", [cast.manager.pk], "hr", "stand_in", {"starts_on": today, "ends_on": today}),
        ("reviews:change_manager", [review.pk], "hr", "manager", {"reason": "Moved"}),
    ]


@pytest.mark.parametrize("number", range(8))
def test_a_nul_in_a_picker_is_refused_beside_the_field(cast, as_, catalogue, number):
    """cases G9: 400 with the field named, on SQLite and PostgreSQL."""
    from tests.factories import make_review

    name, words, who, field, data = pickers(cast, make_review(cast.subject, cast.hr))[number]
    client, url = as_(cast[who]), reverse(name, args=words)
    answer = client.post(url, opened(client, url) | data | {field: NUL})
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert "cannot be used" in str(answer.context["form"].errors[field])


@pytest.mark.parametrize("name", ["people:list", "people:role_list", "feedback:board", "reviews:cycles"])
def test_a_nul_in_a_search_is_no_fault_of_ours(cast, as_, name):
    """cases G9: the address is refused before any search; the search itself reads it as nothing."""
    assert as_(cast.hr).get(reverse(name), {"q": NUL}).status_code == 400
    assert list(User.objects.named_like("\x00hanna").values_list("name", flat=True)) == ["Hanna Riedel"]


@pytest.mark.django_db(transaction=True)
def test_ten_clicks_at_once_add_one_person(on_postgres):
    """cases G9: nine find what the first one made; each with a connection of its own."""
    grade, hr = make_grade(), make_user("Hanna Riedel", is_hr=True)
    form = Client()
    form.force_login(hr)
    key = form.get(reverse("people:new")).context["form"]["key"].value()
    sent = {"key": key, "name": "New Person", "email": "new@example.org", "profession": "data_scientist"}
    sent |= {"grade": grade.pk, "joined_on": "2024-01-01"}
    clients = [Client() for _click in range(10)]
    for client in clients:
        client.force_login(hr)
    answers: list = []

    def click(client):
        try:
            answers.append(client.post(reverse("people:new"), sent))
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=[client]) for client in clients]
    for thread in threads if on_postgres else []:
        thread.start()
    for thread in threads if on_postgres else []:
        thread.join(30)
    for client in [] if on_postgres else clients:  # SQLite has one writer
        click(client)
    assert {(answer.status_code, answer.headers.get("Location")) for answer in answers} == {
        (302, reverse("people:list"))
    }
    assert User.objects.filter(email="new@example.org").count() == 1
    assert Message.objects.filter(kind="invitation").count() == 1


def test_ten_clicks_without_a_key_find_the_person_too(cast, as_):
    """cases G9: an older page; the same person under the same address."""
    from people import services

    made = [services.add_person(User(email="n@example.org", name="New"), by=cast.hr) for _click in range(3)]
    assert len({user.pk for user in made}) == 1
    with pytest.raises(Exception, match="already"):
        services.add_person(User(email="n@example.org", name="Somebody Else"), by=cast.hr)
