"""Who reads what: the sentences a giver sees before the first key, and again before sending."""

from django.utils.translation import gettext as _

from feedback.models import FeedbackRequest
from feedback.relations import DIRECT_REPORT
from feedback.states import Confidentiality


def sentences(request: FeedbackRequest) -> list[str]:
    """The confidentiality of this request, as told when it was asked; see security contract 2.1."""
    words = {
        "name": request.round.subject.name,
        "scores": request.k_scores or request.round.k_scores,
        "others": (request.k_texts or request.round.k_texts) - 1,
    }
    if request.confidentiality == Confidentiality.ATTRIBUTED:
        return [sentence % words for sentence in _named()]
    pooling = _never_pooled() if request.relation == DIRECT_REPORT else _pooled()
    return [sentence % words for sentence in [*_anonymous(), pooling, *_limits()]]


def _anonymous() -> list[str]:
    return [
        _("%(name)s, the manager and HR can read results only after answering has closed, and all see the same."),
        _("Your ratings are shown only as part of a group of %(scores)s or more people."),
        _("Your comments are mixed with those of at least %(others)s others, in random order and without your role."),
    ]


def _pooled() -> str:
    return _(
        "If too few people in your role answer, your ratings are combined with those of other roles, or not shown."
    )


def _never_pooled() -> str:
    return _("Answers from direct reports are never combined with others. If too few answer, none are shown.")


def _limits() -> list[str]:
    return [
        _("Someone who knows your style or an incident you describe may still recognise you."),
        _("HR can see whether you answered, never what. Once sent, nobody can find your answers, not even you."),
    ]


def _named() -> list[str]:
    return [
        _("In this cycle, answers are shown with your name."),
        _("%(name)s can read yours once the review is delivered, the manager and HR once answering has closed."),
    ]
