"""Reading the mail texts of all apps into rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps

from foundation.content import read_yaml
from foundation.outbox.models import MailText


def load_mail_texts() -> int:
    """The starter/email_texts*.yaml of every app as rows, a file per language; texts that are there already stay.

    Returns how many there are.
    """
    texts: list[MailText] = []
    for app in apps.get_app_configs():
        for path in sorted((Path(app.path) / "starter").glob("email_texts*.yaml")):
            texts += _read(read_yaml(path))
    MailText.objects.bulk_create(texts, ignore_conflicts=True)
    return len(texts)


def _read(content: dict[str, Any]) -> Iterator[MailText]:
    for row in content["email_texts"]:
        yield MailText(
            key=row["key"],
            language=content.get("language", "en"),
            subject=row["subject"],
            body=row["body"],
            signature=row.get("signature", content.get("signature", "")),
            labels=row.get("labels", {}),
        )
