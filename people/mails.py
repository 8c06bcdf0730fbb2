"""The invitation: where to sign in by mail code."""

from django.urls import reverse

from activity.mails import absolute, mail_context


@mail_context("invitation")
def invitation(notice) -> dict:
    return {"link": absolute(reverse("account_request_login_code"))}
