"""Reading the mail texts of all apps into rows."""

from pathlib import Path

import yaml
from django.apps import apps

from activity.models import MailText


def load_mail_texts() -> int:
    """Every app's starter/email_texts.yaml as rows; texts that are there already stay as they are. Returns how many."""
    texts = []
    for app in apps.get_app_configs():
        path = Path(app.path) / "starter" / "email_texts.yaml"
        if path.exists():
            texts += _read(yaml.safe_load(path.read_text()))
    MailText.objects.bulk_create(texts, ignore_conflicts=True)
    return len(texts)


def _read(content: dict):
    for row in content["email_texts"]:
        yield MailText(
            key=row["key"],
            language=row.get("language", "en"),
            subject=row["subject"],
            body=row["body"],
            signature=content.get("signature", ""),
        )
