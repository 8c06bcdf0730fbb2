"""The life of a round under arbitrary actions in arbitrary order: what must always hold, holds."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from feedback import services
from feedback.models import AccessLink, Answer, Draft, FeedbackRequest, FeedbackRound, Release
from feedback.rounds.querysets import answering_day
from foundation.ui.drafts import Stale
from foundation.workflow.moves import MoveRefused
from tests.factories import answers_to, make_round, save_draft

REFUSALS = (MoveRefused, PermissionDenied, ValidationError, Stale)
WHO = st.sampled_from(["subject", "manager", "hr", "peer", "stranger"])
ROLES = st.sampled_from(["data_scientist", "stakeholder", "direct_report"])
PLACE = st.integers(0, 9)


class Life(RuleBasedStateMachine):
    """Actions by anyone, on any request, at any time; a refusal is fine, a broken confidentiality is not."""

    cast = None
    reached = Counter()

    def __init__(self):
        super().__init__()
        self.round = make_round(self.cast.subject, min_total=3)
        self.sent, self.number, self.snapshot = set(), 0, None
        for _each in range(5):
            self.propose(who="subject", role="stakeholder")

    @initialize(is_approved=st.integers(0, 3), answered=st.integers(0, 5))
    def begin(self, is_approved, answered):
        """Most lives begin with an approved list and some answers: from there the promises are at stake."""
        if is_approved:
            for place in range(5):
                self.confirm(who="hr", place=place)
            self.approve(who="manager")
            for place in range(answered):
                self.answer(place, "often")

    def now(self):
        return FeedbackRound.objects.get(pk=self.round.pk)

    def pick(self, place):
        requests = list(FeedbackRequest.objects.filter(round=self.round).order_by("email"))
        return requests[place % len(requests)] if requests else None

    def attempt(self, action, *args, **options):
        try:
            with transaction.atomic():
                return action(*args, **options)
        except REFUSALS:
            return None

    @rule(who=WHO, role=ROLES)
    def propose(self, who, role):
        self.number += 1
        person = {"name": f"P{self.number}", "email": f"p{self.number:02}@example.com", "relation": role}
        self.attempt(services.propose, self.now(), by=self.cast[who], **person)

    @rule(who=WHO, role=ROLES)
    def add(self, who, role):
        self.number += 1
        person = {"name": f"P{self.number}", "email": f"p{self.number:02}@example.com", "relation": role}
        self.attempt(services.add, self.now(), by=self.cast[who], **person)

    @rule(who=WHO, place=PLACE)
    def confirm(self, who, place):
        if request := self.pick(place):
            self.attempt(services.confirm, request, by=self.cast[who])

    @rule(who=WHO)
    def approve(self, who):
        self.attempt(services.approve, self.now(), by=self.cast[who])

    @rule(who=WHO, place=PLACE)
    def remove(self, who, place):
        if request := self.pick(place):
            self.attempt(services.remove, request, by=self.cast[who], reason="a reason")

    @rule(place=PLACE, version=st.integers(0, 3))
    def draft(self, place, version):
        if request := self.pick(place):
            self.attempt(save_draft, request, {"note": str(version)}, version)

    @rule(place=PLACE, choice=st.sampled_from(["rarely", "often", "cannot_say"]))
    def answer(self, place, choice):
        request = self.pick(place)
        if request and self.attempt(services.answer, request, answers_to(request, choice)):
            assert request.pk not in self.sent
            self.sent.add(request.pk)
            self.reached["answered"] += 1

    @rule(place=PLACE)
    def decline(self, place):
        if request := self.pick(place):
            self.attempt(services.decline, request, reason="")

    @rule(who=WHO, place=PLACE)
    def send_again(self, who, place):
        if request := self.pick(place):
            self.attempt(services.send_again, request, by=self.cast[who])

    @rule(who=WHO, days=st.integers(1, 5))
    def extend(self, who, days):
        closes_on = answering_day() + timedelta(days)
        self.attempt(services.extend, self.now(), closes_on, by=self.cast[who], reason="more time")

    @rule(confidentiality=st.sampled_from(["anonymous", "attributed"]), k=st.integers(3, 5))
    def confidentiality(self, confidentiality, k):
        terms = {"confidentiality": confidentiality, "k_scores": k, "k_texts": k + 1}
        self.attempt(services.set_confidentiality, [self.now()], by=self.cast.hr, **terms)

    @rule(who=WHO, is_meant=st.integers(0, 4))
    def cancel(self, who, is_meant):
        """Seldom: most lives go on."""
        if not is_meant:
            self.attempt(services.cancel_round, self.now(), by=self.cast[who], reason="left")

    @rule(who=st.sampled_from([None, "manager", "subject"]))
    def release(self, who):
        released = self.attempt(services.release_round, self.now(), by=self.cast[who] if who else None)
        if released:
            self.snapshot = Release.objects.get(round=self.round).content
            self.reached["released"] += bool(self.sent)

    def teardown(self):
        """Every life ends with the clock: whatever happened before, what is released keeps the promises."""
        self.release(who=None)
        self.answers_wait_only_while_a_round_collects()
        self.the_snapshot_is_made_once_and_shows_no_small_group()

    @invariant()
    def nothing_is_left_of_who_wrote_what(self):
        answered = FeedbackRequest.objects.filter(round=self.round, status="answered")
        assert {request.pk for request in answered} == self.sent
        assert not Draft.objects.filter(request__in=answered).exists()
        assert not AccessLink.objects.filter(request__round=self.round).exists()

    @invariant()
    def answers_wait_only_while_a_round_collects(self):
        if self.now().status != "collecting":
            assert not Answer.objects.filter(round=self.round).exists()

    @invariant()
    def nobody_was_promised_more_than_is_kept(self):
        round = self.now()
        for request in FeedbackRequest.objects.filter(round=round, status__in=["asked", "answered"]):
            assert request.k_scores <= round.k_scores
            assert request.k_texts <= round.k_texts
            assert request.confidentiality == "attributed" or round.confidentiality == "anonymous"

    @invariant()
    def the_snapshot_is_made_once_and_shows_no_small_group(self):
        if self.snapshot is None:
            return
        assert Release.objects.get(round=self.round).content == self.snapshot
        round = self.now()
        for blocks in self.snapshot["ratings"].values():
            assert all(block["n"] >= block["counted"] >= round.k_scores for block in blocks)
        assert all(pool["authors"] >= round.k_texts for pool in self.snapshot["texts"])


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_no_order_of_actions_breaks_a_confidentiality(cast, monkeypatch):
    monkeypatch.setattr(Life, "cast", cast)
    few = settings(
        max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(Life, settings=few)
    assert Life.reached["answered"] > 3
    assert Life.reached["released"]
