"""What the mails about accounts, roles and stand-ins say at the moment of sending."""

from django.urls import reverse

from activity.mails import Withdrawn, absolute, in_words, mail_context
from people.models import Delegation
from people.roles import LABELS


@mail_context("invitation")
def invitation(notice) -> dict:
    return {"link": absolute(reverse("account_request_login_code"))}


@mail_context("role_given")
@mail_context("role_taken")
def role(notice) -> dict:
    return {"role_name": LABELS[notice.data["role"]], "link": absolute(reverse("people:role_list"))}


@mail_context("stand_in")
def stand_in(notice) -> dict:
    """Raises Withdrawn when the delegation has ended meanwhile."""
    delegation = Delegation.objects.filter(pk=notice.target_id).select_related("principal").first()
    if delegation is None:
        raise Withdrawn("the delegation has ended")
    return {
        "principal_name": delegation.principal.name,
        "start_date": in_words(delegation.starts_on),
        "end_date": in_words(delegation.ends_on),
        "link": absolute("/team/"),
    }
