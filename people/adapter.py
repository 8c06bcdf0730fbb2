"""How signing in behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings


class ClosedRegistration(DefaultAccountAdapter):
    """Accounts are made by HR only."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_from_email(self) -> str:
        return settings.DEFAULT_FROM_EMAIL
