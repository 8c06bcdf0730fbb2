from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self):
        from activity.wording import register_object
        from reviews import mails, suggestions
        from reviews.services import cycles, exports

        self.registered = (mails, suggestions, cycles, exports)  # importing them registers mails, sources and jobs
        register_object("reviews.review", _("Review of %s"), "subject__name")
        register_object("reviews.cycle", _("Cycle %s"), "name")
