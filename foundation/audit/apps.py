from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "foundation.audit"

    def ready(self):
        from foundation.audit import tasks
        from foundation.audit.wording import register_actions
        from foundation.ui.navigation import register_entry
        from foundation.workflow.declaration import words_for_the_log

        self.registered = tasks  # importing it registers a message, and the check that auditors can start
        register_entry(80, _("Event log"), "history", "audit:log", lambda user: user.may("read_log"))
        register_actions(words_for_the_log())
