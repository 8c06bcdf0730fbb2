from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self):
        from feedback import finding, messages, people_changes
        from foundation.audit.wording import register_actions, register_object
        from foundation.ui.navigation import register_entry

        self.registered = (finding, messages, people_changes)  # importing them registers what they hold
        register_entry(30, _("Feedback"), "messages", "feedback:list")
        register_object("feedback.feedbackround", _("Feedback about %s"), "subject__name")
        register_object("feedback.feedbackrequest", _("Feedback request about %s"), "round__subject__name")
        register_actions(
            {
                "feedbackround.answers_counted": _("Answers received"),
                "feedbackround.read": _("Feedback results read by HR"),
                "feedbackround.downloaded": _("Feedback results downloaded"),
                "feedbackround.set_confidentiality": _("Confidentiality changed"),
                "feedbackround.hide_text": _("Text hidden"),
                "feedbackround.extend": _("Deadline extended"),
                "feedbackround.send_list": _("List submitted"),
                "feedbackround.return_list": _("List returned"),
                "feedbackround.change_manager": _("Manager changed"),
                "feedbackround.open_to_subject": _("Results opened to the subject"),
                "feedbackround.close_to_subject": _("Results closed to the subject"),
                "feedbackrequest.propose": _("Collaborator proposed"),
                "feedbackrequest.confirm": _("Outsider confirmed"),
                "feedbackrequest.ask_to_confirm": _("Colleague asked to confirm an outsider"),
                "feedbackrequest.decline_to_confirm": _("Outsider not confirmed by a colleague"),
                "feedbackrequest.send_again": _("Request sent again"),
                "feedbackrequest.nudge": _("Reminder sent"),
                "feedbackrequest.extend": _("Deadline extended"),
                "praise.give": _("Thanks given"),
                "feedbackask.ask": _("Asked a colleague for feedback"),
            }
        )
