"""Rows of the room: rounds and requests, what was answered, what was released, and feedback between cycles."""

from feedback.access_links.models import Code, Link
from feedback.answers.models import Answer, AttributedAnswer, Draft, HiddenText, Release
from feedback.praise.models import Ask, Praise, Reply
from feedback.rounds.models import Request, Round

__all__ = [
    "Answer",
    "Ask",
    "AttributedAnswer",
    "Code",
    "Draft",
    "HiddenText",
    "Link",
    "Praise",
    "Release",
    "Reply",
    "Request",
    "Round",
]
