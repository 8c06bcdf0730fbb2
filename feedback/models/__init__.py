"""Rows of the room: rounds and requests, what was answered, what was released, and feedback between cycles."""

from feedback.models.answers import Answer, AttributedAnswer, Draft, HiddenText, Release
from feedback.models.between import Ask, Praise, Reply
from feedback.models.links import Code, Link
from feedback.models.rounds import Request, Round

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
