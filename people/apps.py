from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self):
        from foundation.audit.wording import register_actions, register_object, register_words
        from foundation.ui.navigation import register_entry
        from people import finding, leaving, messages, receivers, roles

        register_object("people.user", "%s", "name")
        register_words("role", roles.LABELS)

        register_entry(
            60,
            _("People"),
            "id",
            "people:list",
            lambda user: user.may("edit_people") or user.may("give_roles"),
        )
        self.registered = (finding, leaving, messages, receivers)  # importing them registers what they hold
        register_actions(
            {
                "user.signed_in": _("Signed in"),
                "user.sign_in_failed": _("Sign-in failed"),
                "user.sign_in_blocked": _("Sign-in blocked: too many attempts"),
                "user.access_refused": _("Asked for a page they may not open"),
                "user.password_changed": _("Password changed"),
                "user.factor_added": _("Second factor added"),
                "user.factor_removed": _("Second factor removed"),
                "user.factor_reset": _("Second factor reset by IT"),
                "user.recovery_codes_made": _("Recovery codes created"),
                "user.address_changed": _("Email address changed"),
                "user.add": _("Person added"),
                "user.change": _("Person changed"),
                "user.give_role": _("Role given"),
                "user.take_role": _("Role taken"),
                "user.reactivate": _("Person reactivated"),
                "user.deactivate": _("Person deactivated"),
                "user.invite": _("Invited"),
                "user.import_new": _("Person added by import"),
                "user.import_change": _("Person changed by import"),
                "user.delegate": _("Stand-in set"),
                "user.end_delegation": _("Stand-in ended"),
            }
        )
