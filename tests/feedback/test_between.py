"""Feedback between cycles: with names, private to the two, and to the manager when the giver says so."""

import pytest

from activity.models import Notice
from feedback.models import Ask, Praise, Reply
from people.models import Delegation
from tests.factories import make_user

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
    return Ask.objects.get()


def readers(cast, as_, url):
    everyone = ("subject", "stranger", "manager", "peer", "hr", "head", "auditor", "it")
    return {who for who in everyone if as_(cast[who]).get(url).status_code == 200}


def test_anyone_thanks_anyone_and_the_receiver_is_told(cast, praise):
    assert (praise.giver, praise.receiver, praise.text) == (cast.stranger, cast.subject, SENTENCE)
    assert list(Notice.objects.values_list("kind", "recipient")) == [("praise_received", cast.subject.pk)]
    assert SENTENCE not in str(list(Notice.objects.values()))


def test_thanks_are_private_to_the_two(cast, as_, praise):
    assert readers(cast, as_, praise.get_absolute_url()) == {"subject", "stranger"}


def test_the_manager_and_a_stand_in_read_thanks_when_the_giver_says_so(cast, as_, praise):
    Praise.objects.update(is_shared_with_manager=True)
    day = praise.created_at.date()
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
        ("nobody@example.org", "Nobody of this name"),
        ("example.org", "More than one person"),
        ("", "required"),
        ("Sten Fremd", "somebody else than yourself"),
    ],
)
def test_a_mistake_shows_beside_the_field_and_what_was_typed_stays(cast, as_, receiver, why):
    page = as_(cast.stranger).post(
        "/feedback/praise/", {"receiver": receiver, "text": SENTENCE, "happened_on": "2026-03-04"}
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert why in text
    assert SENTENCE in text
    assert not Praise.objects.exists()


def test_nobody_gives_thanks_in_anothers_name(cast, as_):
    fields = {"receiver": cast.subject.email, "text": SENTENCE, "happened_on": "2026-03-04", "giver": cast.manager.pk}
    as_(cast.stranger).post("/feedback/praise/", fields)
    assert Praise.objects.get().giver == cast.stranger


def test_a_colleague_is_asked_about_a_piece_of_work_and_answers(cast, as_, ask):
    assert list(Notice.objects.values_list("kind", "recipient")) == [("feedback_asked", cast.stranger.pk)]
    assert "The roll-out" in as_(cast.stranger).get("/feedback/").content.decode()
    url = ask.get_absolute_url()
    as_(cast.stranger).post(url, {"text": "It saved us a week."})
    as_(cast.stranger).post(url, {"text": "Twice."})
    assert Reply.objects.get().text == "It saved us a week."
    assert "It saved us a week." in as_(cast.subject).get(url).content.decode()
    assert "prefill" in as_(cast.subject).get(url).content.decode()
    assert Notice.objects.filter(kind="feedback_replied", recipient=cast.subject).count() == 1
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
    assert Ask.objects.get().status == "declined"
    assert as_(cast.stranger).post(ask.get_absolute_url(), {"text": "Late."}).status_code == 200
    assert not Reply.objects.exists()


def test_somebody_who_has_left_is_not_found(cast, as_):
    gone = make_user("Gone Person", is_active=False)
    fields = {"giver": gone.email, "about": "x", "question": "y", "happened_on": "2026-03-04"}
    assert "Nobody of this name" in as_(cast.subject).post("/feedback/ask/", fields).content.decode()
