from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self):
        from foundation.audit.wording import register_actions, register_object
        from foundation.ui.navigation import register_entry
        from reviews import finding, messages, people_changes, suggestions
        from reviews.cycles import bulk, deadlines
        from reviews.cycles import services as cycles
        from reviews.documents import exports
        from reviews.next_grade import own_ratings

        # Importing them registers messages, what depends on a person, sources, jobs and own ratings.
        self.registered = (
            finding,
            messages,
            people_changes,
            suggestions,
            bulk,
            cycles,
            deadlines,
            exports,
            own_ratings,
        )
        register_entry(0, _("Home"), "home", "reviews:home")
        register_entry(10, _("Team"), "users", "reviews:team", lambda user: user.has_team)
        register_entry(50, _("Cycles"), "calendar", "reviews:cycles", lambda user: user.may("follow_cycles"))
        register_object("reviews.review", _("Review of %s"), "subject__name")
        register_object("reviews.cycle", _("Cycle %s"), "name")
        register_actions(
            {
                "user.make_calendar": _("Calendar address made"),
                "user.renew_calendar": _("Calendar address renewed"),
                "user.switch_off_calendar": _("Calendar switched off"),
                "cycle.export": _("PDF export created"),
                "review.read": _("Delivered review read by HR"),
                "review.issue": _("Review issued as PDF"),
                "review.downloaded": _("Review downloaded as PDF"),
                "review.statement": _("Statement added"),
                "review.set_conversation": _("Meeting date set"),
                "cycle.export_results": _("Results exported"),
                "review.extend": _("Deadline extended"),
                "review.change_manager": _("Manager changed"),
                "review.change_result": _("Result changed in calibration"),
                "review.launch": _("Review started"),
                "review.goes_on_without_subject": _("Goes on though the subject has left"),
                "cycle.change": _("Cycle settings changed"),
                "cycle.change_stage": _("Stage changed"),
                "cycle.move_deadline": _("Deadlines moved"),
                "cycle.change_confidentiality": _("Confidentiality changed"),
                "cycle.delete_draft": _("Draft of a cycle deleted"),
            }
        )
