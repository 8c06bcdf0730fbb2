from django.db import migrations, models

from feedback import draft_keys


def seal(apps, schema_editor):
    """Drafts under way go on, encrypted."""
    drafts = apps.get_model("feedback", "Draft").objects
    for draft in drafts.iterator(chunk_size=500):
        draft.sealed = draft_keys.seal(draft.request_id, draft.answers)
        drafts.filter(pk=draft.pk).update(sealed=draft.sealed)


def unseal(apps, schema_editor):
    drafts = apps.get_model("feedback", "Draft").objects
    for draft in drafts.iterator(chunk_size=500):
        drafts.filter(pk=draft.pk).update(answers=draft_keys.unseal(draft.request_id, draft.sealed))


class Migration(migrations.Migration):
    """Drafts are encrypted. Their old column leaves the file with the first `feedback.tasks.wipe`."""

    dependencies = [("feedback", "0008_request_search_by_part")]
    operations = [
        migrations.AddField(
            model_name="draft",
            name="sealed",
            field=models.BinaryField(
                default=bytes, help_text="The answers, encrypted: name of a form field to its value."
            ),
        ),
        migrations.RunPython(seal, unseal),
        migrations.RemoveField(model_name="draft", name="answers"),
    ]
