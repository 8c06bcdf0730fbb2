"""What must never reach a log."""

import logging
import re

TOKEN = re.compile(r"(/f/|/calendar/)[^/?\"'\n]{20,}")  # however a scanner has bent it


class NoTokens(logging.Filter):
    """Blanks the token of a mail link or a calendar wherever a record mentions its path."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if TOKEN.search(message):
            record.msg, record.args = TOKEN.sub(r"\1…", message), None
        return True
