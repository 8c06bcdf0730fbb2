from django.db import migrations


def keep_no_samples(apps, schema_editor):
    """A change of type, to the same, throws away the samples that were taken."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE feedback_answer ALTER COLUMN text TYPE text")
        schema_editor.execute("ALTER TABLE feedback_answer ALTER COLUMN text SET STATISTICS 0")


def keep_samples(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE feedback_answer ALTER COLUMN text SET STATISTICS -1")


class Migration(migrations.Migration):
    """PostgreSQL samples values for its planner and keeps them after the rows are gone: not of what people wrote."""

    dependencies = [("feedback", "0009_sealed_drafts")]
    operations = [migrations.RunPython(keep_no_samples, keep_samples)]
