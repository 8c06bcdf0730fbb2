from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self):
        from foundation.audit.wording import register_object, register_words
        from foundation.ui.navigation import register_entry
        from people import leaving, messages, policies, receivers, roles

        register_object("people.user", "%s", "name")
        register_words("role", roles.LABELS | {roles.PARTNER: _("HR partner")})

        register_entry(
            60,
            _("People"),
            "id",
            "people:list",
            lambda user: policies.can_manage_people(user) or policies.can_see_roles(user),
        )
        self.registered = (leaving, messages, receivers)  # importing them registers what they hold
