"""Who reads a draft, and when: asked of the policies, with the review as it will be then. Nothing is saved."""

from copy import copy
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from people.examples import somebody
from people.models import User
from questionnaires.states import Purpose
from reviews.evaluation.forms import ReviewForm
from reviews.models import Rating, Review
from reviews.policies import EvaluationPolicy, RatingPolicy, ReviewPolicy, SelfAssessmentPolicy
from reviews.states import Rater, ReviewStatus


@dataclass(frozen=True)
class Sight:
    """What one reader reads at one moment. `has_ratings`: the form asks for some."""

    moment: str
    reads_texts: bool
    reads_ratings: bool
    has_ratings: bool

    @property
    def words(self) -> str:
        if not self.reads_texts:
            return _("Nothing")
        if not self.has_ratings:
            return _("Everything")
        return _("Answers and ratings") if self.reads_ratings else _("Answers, without ratings")


@dataclass(frozen=True)
class Reader:
    """Somebody who may read the draft later; `sights` are in the order of time."""

    key: str
    name: str
    user: User
    sights: list[Sight]

    @property
    def first(self) -> Sight | None:
        """When they read anything for the first time; None for somebody who never does."""
        return next((each for each in self.sights if each.reads_texts), None)

    @property
    def first_with_ratings(self) -> Sight | None:
        """When they read the ratings for the first time."""
        return next((each for each in self.sights if each.reads_ratings), None)


def preview_of(form: ReviewForm) -> list[Reader]:
    """Everybody who has a part in the review, with what they read of this form at each moment."""
    moments = _moments(form)
    return [
        Reader(key, name, user, [_sight(form, moment, review, user) for moment, review in moments])
        for key, name, user in _people(form.review)
    ]


def _people(review: Review) -> list[tuple[str, str, User]]:
    found = [
        ("subject", review.subject.name, review.subject),
        ("manager", _("%(name)s (manager)") % {"name": review.manager.name}, review.manager),
        ("hr", _("HR"), somebody(role="hr")),
    ]
    if review.cycle.skip_level_reads and review.manager.manager_id:
        found.append(("skip_level", _("Manager's manager"), somebody(pk=review.manager.manager_id)))
    return [*found, ("others", _("Collaborators and everyone else"), somebody())]


def _moments(form: ReviewForm) -> list[tuple[str, Review]]:
    review, status = form.review, ReviewStatus
    evaluated = (_("Once the evaluation is submitted"), _as_if(review, status.DELIVERY))
    delivered = (_("Once the review is delivered"), _as_if(review, status.DELIVERED))
    if form.purpose == Purpose.SELF_ASSESSMENT:
        sent = (_("Once you submit"), _as_if(review, status.PEER_REVIEW))
        return [(_("Now, as a draft"), review), sent, evaluated, delivered]
    return [(_("Now, as a draft"), _as_if(review, status.MANAGER_EVALUATION)), evaluated, delivered]


def _as_if(review: Review, status: str) -> Review:
    """A copy of `review` in a later `status`, with what is written until then sent; never saved."""
    columns = [field.attname for field in Review._meta.concrete_fields]
    values = [status if name == "status" else getattr(review, name) for name in columns]
    later = Review.from_db(review._state.db, columns, values)
    later._state.fields_cache |= review._state.fields_cache
    for part in ("self_assessment", "evaluation"):
        written = copy(getattr(review, part))
        if part == "self_assessment" or status in (ReviewStatus.DELIVERY, ReviewStatus.DELIVERED):
            written.submitted_at = written.submitted_at or timezone.now()
        setattr(later, part, written)
    return later


def _sight(form: ReviewForm, moment: str, review: Review, user: User) -> Sight:
    is_self = form.purpose == Purpose.SELF_ASSESSMENT
    rater = Rater.SELF if is_self else Rater.MANAGER
    written = review.self_assessment if is_self else review.evaluation  # a summary has the readers of its evaluation
    reads_review = ReviewPolicy.allows(user, review)
    return Sight(
        moment,
        reads_texts=reads_review and (SelfAssessmentPolicy if is_self else EvaluationPolicy).allows(user, written),
        reads_ratings=reads_review and RatingPolicy.allows(user, Rating(review=review, rater=rater)),
        has_ratings=form.purpose != Purpose.SUMMARY,
    )
