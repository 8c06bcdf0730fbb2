"""Feedback between cycles: with names, private to the two, and to the manager when the giver says so."""

import re
from datetime import date
from html import unescape
from urllib.parse import urljoin

import pytest
from django.utils import timezone

from feedback.models import FeedbackAsk, Praise, Reply
from foundation.outbox.models import Message
from people.models import Delegation
from tests.factories import make_user
from tests.feedback.conftest import body_of

SENTENCE = "You found the leak in the feature store at three in the morning."


@pytest.fixture
def praise(cast, as_):
    fields = {"receiver": cast.subject.email, "text": SENTENCE, "happened_on": "2026-03-04"}
    assert as_(cast.stranger).post("/feedback/praise/", fields).status_code == 302
    return Praise.objects.get()


@pytest.fixture
def ask(cast, as_):
    fields = {"giver": "Sten Fremd", "about": "The roll-out", "question": "Did it help?", "happened_on": "2026-03-04"}
    assert as_(cast.subject).post("/feedback/ask/", fields).status_code == 302
    return FeedbackAsk.objects.get()


def readers(cast, as_, url):
    everyone = ("subject", "stranger", "manager", "peer", "hr", "head", "auditor", "it")
    return {who for who in everyone if as_(cast[who]).get(url).status_code == 200}


def test_anyone_thanks_anyone_and_the_receiver_is_told(cast, praise):
    assert (praise.giver, praise.receiver, praise.text) == (cast.stranger, cast.subject, SENTENCE)
    assert list(Message.objects.values_list("kind", "recipient")) == [("praise_received", cast.subject.pk)]
    assert SENTENCE not in str(list(Message.objects.values()))


def test_thanks_are_private_to_the_two(cast, as_, praise):
    assert readers(cast, as_, praise.get_absolute_url()) == {"subject", "stranger"}


def test_the_manager_and_a_stand_in_read_thanks_when_the_giver_says_so(cast, as_, praise):
    Praise.objects.update(is_shared_with_manager=True)
    day = timezone.localdate(praise.created_at)
    Delegation.objects.create(principal=cast.manager, stand_in=cast.peer, starts_on=day, ends_on=day)
    assert readers(cast, as_, praise.get_absolute_url()) == {"subject", "stranger", "manager", "peer"}


def test_a_former_manager_reads_nothing_any_more(cast, as_, praise):
    Praise.objects.update(is_shared_with_manager=True)
    cast.subject.manager = cast.head
    cast.subject.save()
    assert readers(cast, as_, praise.get_absolute_url()) == {"subject", "stranger", "head"}


def test_the_receiver_keeps_thanks_as_evidence_with_one_button(cast, as_, praise):
    page = as_(cast.subject).get(praise.get_absolute_url()).content.decode()
    assert 'name="prefill" value="1"' in page
    assert f'value="Sten Fremd: {SENTENCE}"' in page
    assert 'name="happened_on" value="2026-03-04"' in page
    assert "prefill" not in as_(cast.stranger).get(praise.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("receiver", "why"),
    [
        ("nobody@example.org", "No one with this name"),
        ("example.org", "More than one person"),
        ("", "required"),
        ("Sten Fremd", "someone other than yourself"),
    ],
)
def test_a_mistake_shows_beside_the_field_and_what_was_typed_stays(cast, as_, receiver, why):
    page = as_(cast.stranger).post(
        "/feedback/praise/", {"receiver": receiver, "text": SENTENCE, "happened_on": "2026-03-04"}
    )
    text = page.content.decode()
    assert page.status_code == 400
    assert why in text
    assert SENTENCE in text
    assert not Praise.objects.exists()


def test_nobody_gives_thanks_in_anothers_name(cast, as_):
    fields = {"receiver": cast.subject.email, "text": SENTENCE, "happened_on": "2026-03-04", "giver": cast.manager.pk}
    as_(cast.stranger).post("/feedback/praise/", fields)
    assert Praise.objects.get().giver == cast.stranger


def test_a_colleague_is_asked_about_a_piece_of_work_and_answers(cast, as_, ask):
    assert list(Message.objects.values_list("kind", "recipient")) == [("feedback_asked", cast.stranger.pk)]
    assert "The roll-out" in as_(cast.stranger).get("/feedback/").content.decode()
    url = ask.get_absolute_url()
    as_(cast.stranger).post(url, {"text": "It saved us a week."})
    as_(cast.stranger).post(url, {"text": "Twice."})
    assert Reply.objects.get().text == "It saved us a week."
    assert "It saved us a week." in as_(cast.subject).get(url).content.decode()
    assert "prefill" in as_(cast.subject).get(url).content.decode()
    assert Message.objects.filter(kind="feedback_replied", recipient=cast.subject).count() == 1
    assert readers(cast, as_, url) == {"subject", "stranger"}


def test_the_manager_reads_an_answer_when_the_giver_says_so(cast, as_, ask):
    as_(cast.stranger).post(ask.get_absolute_url(), {"text": "Good.", "is_shared_with_manager": "on"})
    assert readers(cast, as_, ask.get_absolute_url()) == {"subject", "stranger", "manager"}


def test_only_the_one_who_was_asked_answers_or_declines(cast, as_, ask):
    for who in ("subject", "peer", "manager", "hr"):
        as_(cast[who]).post(ask.get_absolute_url(), {"text": "Not mine."})
        assert as_(cast[who]).post(f"/feedback/asks/{ask.pk}/decline/").status_code == 404
    assert not Reply.objects.exists()
    as_(cast.stranger).post(f"/feedback/asks/{ask.pk}/decline/")
    as_(cast.stranger).post(f"/feedback/asks/{ask.pk}/decline/")
    assert FeedbackAsk.objects.get().status == "declined"
    assert as_(cast.stranger).post(ask.get_absolute_url(), {"text": "Late."}).status_code == 200
    assert not Reply.objects.exists()


def test_somebody_who_has_left_is_not_found(cast, as_):
    gone = make_user("Gone Person", is_active=False)
    fields = {"giver": gone.email, "about": "x", "question": "y", "happened_on": "2026-03-04"}
    assert "No one with this name" in as_(cast.subject).post("/feedback/ask/", fields).content.decode()


def test_older_thanks_are_reached_page_by_page_and_none_is_left_out(cast, as_):
    thanks = {"giver": cast.stranger, "receiver": cast.subject, "text": "Thank you", "happened_on": date(2026, 1, 9)}
    sent = [Praise.objects.create(**thanks) for _each in range(45)]  # of one day: their order is fixed all the same
    client, path, found = as_(cast.subject), "/feedback/", []
    while path:
        page = client.get(path).content.decode()
        found += re.findall(r"/feedback/praise/([0-9a-f-]{36})/", page)
        links = re.findall(r'href="([^"]*\?after=[^"]+)"', page)
        path = urljoin(path, unescape(links[0])) if links else ""
    assert sorted(found) == sorted(str(each.pk) for each in sent)


def test_a_list_that_nobody_made_is_an_unknown_page(cast, as_):
    assert as_(cast.subject).get("/feedback/older/answers/").status_code == 404
    assert "Thanks" in as_(cast.subject).get("/feedback/older/praise/").content.decode()


@pytest.mark.parametrize("name", ["led", "mine", "praise", "asks"])
def test_a_strange_place_in_a_list_shows_its_beginning(cast, as_, name):
    Praise.objects.create(giver=cast.stranger, receiver=cast.subject, text="Thank you")
    client = as_(cast.subject)
    page = body_of(client.get(f"/feedback/older/{name}/"))
    for place in ("x", "[]", '["2026-02-31","x"]', "[1,2]"):
        assert body_of(client.get(f"/feedback/older/{name}/", {"after": place})) == page


def test_several_people_of_one_name_are_named_with_their_addresses(cast, as_):
    for number in range(7):
        make_user(f"Kim Lee {number}")
    page = as_(cast.stranger).post("/feedback/praise/", {"receiver": "kim lee", "text": "x"})
    text = unescape(page.content.decode())
    assert "Kim Lee 0 (kim.lee.0@example.org)" in text
    assert "Kim Lee 5" not in text
    assert 'value="kim lee"' in text


def test_the_nearest_colleagues_are_offered_while_a_name_is_typed(cast, as_):
    for path in ("/feedback/praise/", "/feedback/ask/"):
        text = as_(cast.subject).get(path).content.decode()
        assert f'<option value="{cast.peer.email}">Jonas Weber</option>' in text
        assert f'<option value="{cast.manager.email}">Marta Keller</option>' in text
        assert cast.stranger.email not in text
        assert 'list="people"' in text


def test_who_will_read_an_answer_is_said_before_it_is_written(cast, as_, ask):
    text = as_(cast.stranger).get(ask.get_absolute_url()).content.decode()
    assert "Priya Raman can read your answer, with your name." in text
    assert "The manager of Priya Raman may read it too" in text
    as_(cast.stranger).post(ask.get_absolute_url(), {"text": SENTENCE, "is_shared_with_manager": "on"})
    for who in ("stranger", "subject", "manager"):
        text = as_(cast[who]).get(ask.get_absolute_url()).content.decode()
        assert "The manager of Priya Raman may read it too." in text


def test_a_text_too_long_stays_whole_and_says_so(cast, as_):
    long = "x" * 2500
    page = as_(cast.stranger).post("/feedback/praise/", {"receiver": cast.subject.email, "text": long})
    assert long in page.content.decode()
    assert 'data-most="2000"' in page.content.decode()
    assert "maxlength" not in re.findall(r"<textarea[^>]*>", page.content.decode())[0]
    assert not Praise.objects.exists()


@pytest.mark.parametrize("path", ["/feedback/praise/", "/feedback/ask/"])
def test_nothing_is_thanked_for_or_asked_about_before_it_has_happened(cast, as_, path):
    fields = {"receiver": cast.subject.email, "giver": cast.subject.email, "text": "x", "about": "x", "question": "x"}
    page = as_(cast.stranger).post(path, fields | {"happened_on": "2999-01-01"})
    assert "in the future" in page.content.decode()
    assert not Praise.objects.exists()
    assert not FeedbackAsk.objects.exists()
