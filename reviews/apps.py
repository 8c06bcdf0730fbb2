from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self):
        from foundation.audit.wording import register_object
        from reviews import mails, people_changes, suggestions
        from reviews.services import bulk, cycles, deadlines, exports

        # Importing them registers mails, what depends on a person, sources and jobs.
        self.registered = (mails, people_changes, suggestions, bulk, cycles, deadlines, exports)
        register_object("reviews.review", _("Review of %s"), "subject__name")
        register_object("reviews.cycle", _("Cycle %s"), "name")
