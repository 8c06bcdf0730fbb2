from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self):
        from reviews import mails
        from reviews.services import cycles, exports

        self.registered = (mails, cycles, exports)  # importing them registers their mails and jobs
