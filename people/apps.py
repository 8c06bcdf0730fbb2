from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self):
        from foundation.audit.wording import register_object, register_words
        from people import leaving, mails, receivers, roles

        register_object("people.user", "%s", "name")
        register_words("role", roles.LABELS | {roles.PARTNER: _("HR partner")})

        self.registered = (leaving, mails, receivers)  # importing them registers what they hold
