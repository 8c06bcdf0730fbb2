"""A sentence planted in each private field is found where it belongs and on no other page."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from foundation.workflow.moves import perform
from goals import services
from goals.models import Goal
from tests.factories import make_evidence, make_goal

LISTS = ["list", "objectives", "orphans", "evidence", "carry_over", "evidence_add", "new"]


def pages_of(client, *goals):
    """All that a person can read in this room, as one text."""
    urls = [reverse(f"goals:{name}") for name in LISTS] + [goal.get_absolute_url() for goal in goals]
    urls += [reverse("goals:person", args=[goal.owner_id]) for goal in goals] + [reverse("goals:team")]
    return "".join(client.get(url).content.decode() for url in urls)


def finders(cast, as_, sentence, *goals):
    roles = ["subject", "manager", "hr", "peer", "stranger", "auditor", "it", "head"]
    return {role for role in roles if sentence in pages_of(as_(cast[role]), *goals)}


def test_a_draft_is_found_by_its_owner_alone(cast, as_):
    goal = make_goal(owner=cast.subject, title="Planted draft title", statement="Planted draft", visibility="team")
    assert finders(cast, as_, "Planted draft", goal) == {"subject"}


def test_loose_evidence_is_found_by_its_owner_alone(cast, as_):
    goal = make_goal(owner=cast.subject, status="agreed", visibility="team")
    make_evidence(cast.subject, note="Planted fact")
    make_evidence(cast.subject, [goal], note="Planted proposal", is_proposal=True)
    assert finders(cast, as_, "Planted fact", goal) == {"subject"}
    assert finders(cast, as_, "Planted proposal", goal) == {"subject"}


def test_evidence_is_found_where_its_goal_is(cast, as_):
    private = make_goal(owner=cast.subject, status="agreed")
    make_evidence(cast.subject, [private], note="Planted proof", link="https://planted.example.org")
    assert finders(cast, as_, "Planted proof", private) == {"subject", "manager", "hr"}
    shared = make_goal(owner=cast.subject, status="agreed", visibility="team")
    make_evidence(cast.subject, [private, shared], note="Planted for two")
    assert finders(cast, as_, "Planted for two", private, shared) == {"subject", "manager", "hr", "peer"}


def test_evidence_shared_through_one_goal_does_not_name_the_other(cast, as_):
    private = make_goal(owner=cast.subject, status="agreed", title="Planted private goal")
    shared = make_goal(owner=cast.subject, status="agreed", visibility="team")
    make_evidence(cast.subject, [private, shared])
    assert "peer" not in finders(cast, as_, "Planted private goal", private, shared)


def test_check_ins_are_found_where_their_goal_is(cast, as_):
    goal = make_goal(owner=cast.subject, status="agreed")
    services.check_in(goal, by=cast.subject, comment="Planted check-in")
    assert finders(cast, as_, "Planted check-in", goal) == {"subject", "manager", "hr"}


def test_what_two_sides_negotiate_is_not_for_the_team(cast, as_):
    goal = make_goal(owner=cast.subject, status="proposed", visibility="team")
    perform(goal, "return_to_owner", by=cast.manager, reason="Planted reason")
    goal = perform(Goal.objects.get(pk=goal.pk), "propose", by=cast.subject)
    goal = perform(goal, "agree", by=cast.manager)
    services.ask_change(goal, by=cast.subject, note="Planted wish", target=5)
    assert finders(cast, as_, "Planted reason", goal) == {"subject", "manager", "hr"}
    assert finders(cast, as_, "Planted wish", goal) == {"subject", "manager", "hr"}


MARKUP = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7|add:7 }}{% now 'Y' %}"]


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_in_any_field_stays_text(cast, as_, markup):
    texts = dict.fromkeys(("title", "statement", "metric", "guardrail", "contribution"), markup)
    goal = make_goal(owner=cast.subject, status="agreed", unit=markup, is_team_measure=True, **texts)
    services.check_in(goal, by=cast.subject, comment=markup, value=2)
    services.ask_change(goal, by=cast.subject, note=markup, target=5)
    make_evidence(cast.subject, [goal], note=markup)
    page = pages_of(as_(cast.manager), goal) + pages_of(as_(cast.subject), goal)
    forms = ["check_in", "change", "share"]
    page += "".join(as_(cast.subject).get(reverse(f"goals:{name}", args=[goal.pk])).content.decode() for name in forms)
    assert page.count(escape(markup)) > 20
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert ">14" not in page


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_in_a_refused_form_stays_text(cast, as_, markup):
    fields = ["title", "statement", "kind", "metric", "unit", "direction", "baseline", "target", "starts_on", "due_on"]
    fields += ["weight", "objective", "codes", "visibility", "version", "key", "note", "link", "happened_on", "goals"]
    for name in ("create", "evidence_add", "carry_over"):
        answer = as_(cast.subject).post(reverse(f"goals:{name}"), dict.fromkeys(fields, markup))
        assert answer.status_code in (200, 400)
        assert "<script>alert" not in answer.content.decode()
        assert "<img src=x" not in answer.content.decode()
