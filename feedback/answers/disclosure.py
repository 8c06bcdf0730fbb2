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
        _("%(name)s, the manager and HR read results only when the time for answering is over, all of them the same."),
        _("What you choose is shown only in the total of a group, and only of groups of %(scores)s people or more."),
        _("Your texts are mixed with those of at least %(others)s others, without your role, in random order."),
    ]


def _pooled() -> str:
    return _(
        "Where too few of your role answer, your choices are put together with those of other roles, or not shown."
    )


def _never_pooled() -> str:
    return _("Answers of direct reports are never mixed with those of others; where too few answer, none is shown.")


def _limits() -> list[str]:
    return [
        _("A group does not make you unrecognisable: who knows how you write, or an episode you mention, may guess."),
        _("HR sees whether you answered, never what. Once sent, nobody can find your answers as yours: not even you."),
    ]


def _named() -> list[str]:
    return [
        _("In this cycle answers are shown with the giver's name."),
        _("%(name)s reads yours once the review is delivered, the manager and HR once the time for answering is over."),
    ]
