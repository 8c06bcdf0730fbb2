from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "foundation.outbox"

    def ready(self) -> None:
        from foundation.outbox import digest
        from foundation.ui.navigation import register_entry

        self.registered = digest  # importing it registers its message
        register_entry(70, _("Jobs"), "hourglass", "outbox:jobs", lambda user: user.may("see_jobs"))
