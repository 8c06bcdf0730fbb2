from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self):
        from activity.wording import register_object
        from feedback import mails  # noqa: F401  (registers what goes into the mails)

        register_object("feedback.round", _("Feedback about %s"), "subject__name")
        register_object("feedback.request", _("Feedback request about %s"), "round__subject__name")
