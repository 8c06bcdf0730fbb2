"""A round collects feedback about one subject; a request asks one collaborator."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from feedback.policies import HR, MANAGER, RequestPolicy, RoundPolicy
from feedback.rounds.querysets import UNCONFIRMED, RequestQuerySet, RoundQuerySet, answering_day
from feedback.states import INVITED, ON_THE_LIST, RUNNING, Confidentiality, RequestStatus, RoundStatus
from foundation.ui.forms import REASON_MAX
from foundation.workflow.declaration import Move
from foundation.workflow.fields import StatusField
from foundation.workflow.moves import guard
from people.search import SearchField


@dataclass(frozen=True)
class Progress:
    """How many were asked, and what became of it. For HR and for the clock; others get `Round.progress_for`."""

    asked: int
    answered: int
    declined: int

    @classmethod
    def of(cls, requests) -> "Progress":
        """From all requests of a round, already read with their givers; who left unanswered counts as not asked."""
        invited = [request for request in requests if request.status in INVITED]
        states = [each.status for each in invited if not (each.status == RequestStatus.ASKED and each.has_left)]
        return cls(len(states), states.count(RequestStatus.ANSWERED), states.count(RequestStatus.DECLINED))

    @property
    def waiting(self) -> int:
        return self.asked - self.answered - self.declined

    @property
    def is_complete(self) -> bool:
        """Somebody was asked, and all of them have answered or declined."""
        return bool(self.asked) and not self.waiting

    @property
    def percent(self) -> int:
        """0 to 100: how many of those who did not decline have answered."""
        expected = self.asked - self.declined
        return round(100 * self.answered / expected) if expected else 0


def paused_words(feedback_round) -> str:
    """Why nobody is asked about somebody who has left."""
    words = gettext("%(name)s has left. Feedback is paused until HR decides whether the review goes on.")
    return words % {"name": feedback_round.subject}


@guard(paused_words)
def is_not_paused(feedback_round) -> bool:
    return not feedback_round.is_paused


@guard(_("There are more people on the list than may be asked. Please take somebody off it first."))
def is_short_enough(feedback_round) -> bool:
    return feedback_round.requests.filter(status__in=ON_THE_LIST).count() <= feedback_round.max_total


@guard(_("Anonymous feedback needs more people: with so few on the list nothing could be shown to anyone."))
def keeps_its_confidentiality(feedback_round) -> bool:
    """Security contract 2.2: with fewer than k invited authors a round does not start as anonymous."""
    return feedback_round.requests.filter(status__in=ON_THE_LIST).count() >= needed_authors(feedback_round)


def needed_authors(feedback_round) -> int:
    return feedback_round.k_scores if feedback_round.confidentiality == Confidentiality.ANONYMOUS else 1


@guard(
    _(
        "Too few people on the list count towards the thresholds, because HR has not confirmed everybody from outside. "
        "Ask HR to confirm them on this page, or add colleagues."
    )
)
def has_enough_who_count(feedback_round) -> bool:
    """Whoever puts addresses of their own on a list would read the one real answer among them."""
    if feedback_round.confidentiality != Confidentiality.ANONYMOUS:
        return True
    return feedback_round.requests.filter(status__in=ON_THE_LIST).exclude(UNCONFIRMED).count() >= needed_authors(
        feedback_round
    )


class FeedbackRound(models.Model):
    """One collection of feedback about one subject. It does not know the cycle it may belong to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="feedback_rounds")
    manager = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="led_feedback_rounds")
    title = models.CharField(_("title"), max_length=160, help_text=_("Shown as the name of the cycle."))
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("until"))
    catalogue = models.ForeignKey("competencies.Catalogue", on_delete=models.PROTECT, related_name="+")
    confidentiality = models.CharField(
        _("confidentiality"), max_length=12, choices=Confidentiality, default=Confidentiality.ANONYMOUS
    )
    k_scores = models.PositiveSmallIntegerField(_("least answers for scores"), default=3)
    k_texts = models.PositiveSmallIntegerField(_("least answers for texts"), default=4)
    min_total = models.PositiveSmallIntegerField(default=4)
    max_total = models.PositiveSmallIntegerField(default=8)
    max_per_giver = models.PositiveSmallIntegerField(default=6)
    closes_on = models.DateField(_("answers until"))
    status = StatusField(_("status"), default=RoundStatus.NOMINATING, choices=RoundStatus.choices)
    list_sent_on = models.DateField(null=True, blank=True, help_text="The subject has said that the list is complete.")
    list_note = models.CharField(max_length=REASON_MAX, blank=True, help_text="Why the list came back to the subject.")
    counted_answers = models.PositiveSmallIntegerField(
        default=0, help_text="What the manager sees: renewed once a day, so that no answer can be seen arriving."
    )
    counted_on = models.DateField(null=True, blank=True)
    is_open_to_subject = models.BooleanField(default=False, help_text="Set at delivery.")
    goes_on_without_subject = models.BooleanField(
        default=False, help_text="HR decided so when the subject left; until then the round is paused."
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-period_end", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(subject=F("manager")), name="nobody_leads_their_own_round"),
            models.CheckConstraint(condition=Q(k_scores__range=(3, 10)), name="k_for_scores_is_3_to_10"),
            models.CheckConstraint(
                condition=Q(k_texts__gt=F("k_scores"), k_texts__lte=11), name="k_for_texts_is_above_k_for_scores"
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")), name="a_feedback_period_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=Q(max_total__gte=F("min_total")), name="at_most_is_not_below_at_least"),
        ]
        indexes = [
            models.Index(fields=["status", "closes_on"], name="round_to_release"),
            models.Index(fields=["status", "title"], include=["subject"], name="round_titles"),
        ]

    def __str__(self):
        return f"{self.title}: {self.subject}"

    def get_absolute_url(self):
        return reverse("feedback:round", args=[self.pk])

    @property
    def is_anonymous(self) -> bool:
        return self.confidentiality == Confidentiality.ANONYMOUS

    @property
    def is_released(self) -> bool:
        return self.status == RoundStatus.RELEASED

    @property
    def is_paused(self) -> bool:
        """The subject has left and HR has not decided yet; the single-row form of `querysets.PAUSED`."""
        return self.status in RUNNING and not self.subject.is_active and not self.goes_on_without_subject

    @property
    def is_over(self) -> bool:
        """Nobody can answer any more: all have answered or declined, or every deadline, extended or not, has passed.

        A paused round is not over: drafts are kept until HR has decided.
        """
        if self.is_paused:
            return False
        today = answering_day()
        if self.status == RoundStatus.NOMINATING:
            return self.closes_on < today
        return not self.requests.open_on(today).exists()

    def progress(self) -> Progress:
        """Live numbers, in one query unless the row comes from `with_progress()`."""
        names = ("n_asked", "n_answered", "n_declined")
        if hasattr(self, "n_asked"):
            return Progress(*(getattr(self, name) for name in names))
        return Progress(*FeedbackRound.objects.filter(pk=self.pk).with_progress().values_list(*names).get())

    def progress_for(self, part: str, live: Progress) -> Progress:
        """For HR live, for the manager until the release as of this morning; for others only how many were asked."""
        if part == HR or (self.is_released and part == MANAGER):
            return live
        if part == MANAGER:
            return Progress(live.asked, self.counted_answers, live.declined)
        return Progress(live.asked, 0, 0)

    @transition(
        status,
        source=RoundStatus.NOMINATING,
        target=RoundStatus.COLLECTING,
        permission=RoundPolicy.permission("lead"),
        conditions=[is_not_paused, keeps_its_confidentiality, has_enough_who_count, is_short_enough],
        custom=Move(
            label=_("Approve list"),
            done=_("List approved, requests sent"),
            follows="feedback.nominations.services.tell_of_approval",
        ),
    )
    def collect(self):
        """The people on the list may be asked from now on."""
        self.list_note = ""

    @transition(
        status,
        source=RUNNING,
        target=RoundStatus.RELEASED,
        permission=RoundPolicy.permission("lead"),
        custom=Move(
            label=_("Close and summarise"),
            done=_("Feedback released"),
        ),
    )
    def release(self):
        """No answer is accepted any more; what may be shown was cut once."""

    @transition(
        status,
        source=RUNNING,
        target=RoundStatus.CANCELLED,
        permission=RoundPolicy.permission("handle"),
        custom=Move(
            label=_("Cancel"),
            done=_("Feedback cancelled"),
            follows="feedback.rounds.services.drop_answers",
        ),
    )
    def cancel(self):
        """Nobody is asked any more, and nothing will be shown."""


class FeedbackRequest(models.Model):
    """One collaborator asked about the subject of a round. No moment is kept: it would tell the order of answers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(FeedbackRound, on_delete=models.CASCADE, related_name="requests")
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="feedback_requests"
    )
    name = models.CharField(_("name"), max_length=160)
    search = SearchField(of=("name",))
    email = models.EmailField(_("email address"))
    language = models.CharField(max_length=10, default="en")
    relation = models.CharField(_("relation"), max_length=40)
    status = StatusField(_("status"), default=RequestStatus.PROPOSED, choices=RequestStatus.choices)
    why = models.CharField(_("reason"), max_length=REASON_MAX, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="HR or a colleague who vouches that this outsider exists; until then counts towards no threshold.",
    )
    confirmer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="outsiders_to_confirm",
        help_text="The colleague who was asked whether this outsider exists.",
    )
    due_on = models.DateField(_("own deadline"), null=True, blank=True, help_text=_("When this one was extended."))
    confidentiality = models.CharField(
        max_length=12, choices=Confidentiality, blank=True, help_text="As told when asked."
    )
    k_scores = models.PositiveSmallIntegerField(null=True, blank=True, help_text="As told when asked.")
    k_texts = models.PositiveSmallIntegerField(null=True, blank=True, help_text="As told when asked.")
    invitations = models.PositiveSmallIntegerField(default=0, help_text="How many invitations were owed so far.")

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "round",
                condition=~Q(status__in=["removed", "revoked"]),
                name="one_request_per_address_and_round",
            ),
            # Two answers of one author would count as two authors; an address may change meanwhile.
            models.UniqueConstraint(
                fields=["giver", "round"],
                condition=~Q(status__in=["removed", "revoked"]),
                name="one_request_per_colleague_and_round",
            ),
        ]
        indexes = [
            models.Index(fields=["giver", "status"], name="request_of_giver"),
            models.Index(fields=["name", "id"], name="requests_by_name"),
        ]

    def __str__(self):
        return f"{self.name} about {self.round.subject}"

    @property
    def is_external(self) -> bool:
        return self.giver_id is None

    @property
    def is_unconfirmed(self) -> bool:
        """An outsider for whom nobody but a reader of the result vouches: counts towards no threshold."""
        return self.is_external and self.confirmed_by_id is None

    @property
    def has_left(self) -> bool:
        """Whether it asks a colleague who can no longer sign in."""
        return self.giver is not None and not self.giver.is_active

    @property
    def address(self) -> str:
        """Where mails about it go: a colleague's present address; an outsider's as it was given."""
        return self.giver.email if self.giver else self.email

    @property
    def deadline(self):
        """The last day an answer is accepted."""
        return max(filter(None, (self.due_on, self.round.closes_on)))

    @property
    def is_in_time(self) -> bool:
        return answering_day() <= self.deadline

    @transition(
        status,
        source=RequestStatus.PROPOSED,
        target=RequestStatus.ASKED,
        permission=RequestPolicy.permission("lead"),
        custom=Move(
            label=_("Ask"),
            done=_("Feedback asked for"),
            follows="feedback.nominations.services.owe_invitations",
        ),
    )
    def ask(self):
        """The confidentiality as it is told now is kept on the request."""
        self.confidentiality, self.k_scores, self.k_texts = (
            self.round.confidentiality,
            self.round.k_scores,
            self.round.k_texts,
        )
        self.invitations += 1

    @transition(
        status,
        source=RequestStatus.PROPOSED,
        target=RequestStatus.REMOVED,
        permission=RequestPolicy.permission("take_off"),
        custom=Move(
            label=_("Remove from list"),
            done=_("Removed from the list"),
        ),
    )
    def remove(self, why=""):
        self.why = why

    @transition(
        status,
        source=[RequestStatus.ASKED, RequestStatus.DECLINED],
        target=RequestStatus.REVOKED,
        permission=RequestPolicy.permission("handle"),
        custom=Move(
            label=_("Revoke"),
            done=_("Request withdrawn"),
        ),
    )
    def revoke(self, why=""):
        """The links end here; a draft goes unread."""
        self.why = why

    @transition(
        status,
        source=RequestStatus.ASKED,
        target=RequestStatus.ANSWERED,
        permission=RequestPolicy.permission("give"),
        custom=Move(
            done=_("Feedback given"),
        ),
    )
    def answer(self):
        """Sealed: nobody can find, change or erase this answer as its author's any more."""

    @transition(
        status,
        source=RequestStatus.ASKED,
        target=RequestStatus.DECLINED,
        permission=RequestPolicy.permission("give"),
        custom=Move(
            done=_("Declined"),
        ),
    )
    def decline(self, why=""):
        self.why = why
