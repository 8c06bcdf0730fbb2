from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self):
        from feedback import mails  # noqa: F401  (registers what goes into the mails)
