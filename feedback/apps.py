from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self):
        from feedback import messages, people_changes
        from foundation.audit.wording import register_object
        from foundation.ui.navigation import register_entry

        self.registered = (messages, people_changes)  # importing them registers messages and what depends on a person
        register_entry(30, _("Feedback"), "messages", "feedback:list")
        register_object("feedback.feedbackround", _("Feedback about %s"), "subject__name")
        register_object("feedback.feedbackrequest", _("Feedback request about %s"), "round__subject__name")
