"""Deeds over several rows, by subject: nominating, answering, releasing, overseeing, and between cycles."""

from feedback.services.answering import Conflict, Stale, answer, decline, save_draft, send, send_code
from feedback.services.between import ask_colleague, reply, thank
from feedback.services.nominating import (
    add,
    approve,
    loads_of,
    open_rounds,
    propose,
    remove,
    return_list,
    submit_list,
)
from feedback.services.overseeing import (
    cancel_round,
    change_address,
    change_manager,
    extend,
    extend_request,
    nudge,
    renew_counts,
    replace,
    send_again,
    set_promise,
)
from feedback.services.releasing import hide_text, note_reading, open_to_subject, release_round, release_rounds

__all__ = [
    "Conflict",
    "Stale",
    "add",
    "answer",
    "approve",
    "ask_colleague",
    "cancel_round",
    "change_address",
    "change_manager",
    "decline",
    "extend",
    "extend_request",
    "hide_text",
    "loads_of",
    "note_reading",
    "nudge",
    "open_rounds",
    "open_to_subject",
    "propose",
    "release_round",
    "release_rounds",
    "remove",
    "renew_counts",
    "replace",
    "reply",
    "return_list",
    "save_draft",
    "send",
    "send_again",
    "send_code",
    "set_promise",
    "submit_list",
    "thank",
]
