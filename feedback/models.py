"""Rounds and requests, what was answered, what was released, and feedback between cycles."""

from feedback.access_links.models import AccessLink, VerificationCode
from feedback.answers.models import Answer, AttributedAnswer, Draft, HiddenText, Release
from feedback.praise.models import FeedbackAsk, Praise, Reply
from feedback.rounds.models import FeedbackRequest, FeedbackRound

__all__ = [
    "AccessLink",
    "Answer",
    "AttributedAnswer",
    "Draft",
    "FeedbackAsk",
    "FeedbackRequest",
    "FeedbackRound",
    "HiddenText",
    "Praise",
    "Release",
    "Reply",
    "VerificationCode",
]
