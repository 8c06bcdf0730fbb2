"""How signing in behaves here."""

from types import SimpleNamespace

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings


class ClosedRegistration(DefaultAccountAdapter):
    """Accounts are made by HR only; links in mails lead to the configured address, whatever Host was asked for."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_from_email(self) -> str:
        return settings.DEFAULT_FROM_EMAIL

    def send_mail(self, template_prefix, email, context) -> None:
        asked = self.request.build_absolute_uri("/")
        ours = {name: from_base_url(value, asked) for name, value in context.items()}
        site = SimpleNamespace(name=settings.ORGANISATION_NAME, domain=settings.BASE_URL.split("://")[1])
        super().send_mail(template_prefix, email, ours | {"current_site": site})


def from_base_url(value, asked: str):
    """`value` with the configured base in place of `asked`, the origin of the request, where it begins with that."""
    is_ours = isinstance(value, str) and value.startswith(asked)
    return f"{settings.BASE_URL}/{value.removeprefix(asked)}" if is_ours else value
