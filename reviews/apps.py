from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self):
        from reviews import mails, people_changes, suggestions
        from reviews.services import cycles, exports

        self.registered = (
            mails,
            people_changes,
            suggestions,
            cycles,
            exports,
        )  # importing them registers mails, sources and jobs
