from django.db import migrations, models

POSTGRES = [
    """CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON activity_event
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change()""",
    """CREATE FUNCTION refuse_shorter_chain() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.number < OLD.number OR (NEW.number = OLD.number AND NEW.mac <> OLD.mac) THEN
           RAISE EXCEPTION 'the head of the event log only moves forward';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER chain_head_forward BEFORE UPDATE ON activity_chainhead
       FOR EACH ROW EXECUTE FUNCTION refuse_shorter_chain()""",
    """CREATE TRIGGER chain_head_no_delete BEFORE DELETE ON activity_chainhead
       FOR EACH ROW EXECUTE FUNCTION refuse_event_change()""",
    """CREATE TRIGGER chain_head_no_truncate BEFORE TRUNCATE ON activity_chainhead
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change()""",
]
POSTGRES_BACK = [
    "DROP TRIGGER event_no_truncate ON activity_event",
    "DROP TRIGGER chain_head_forward ON activity_chainhead",
    "DROP TRIGGER chain_head_no_delete ON activity_chainhead",
    "DROP TRIGGER chain_head_no_truncate ON activity_chainhead",
    "DROP FUNCTION refuse_shorter_chain()",
]
SQLITE = [
    """CREATE TRIGGER chain_head_forward BEFORE UPDATE ON activity_chainhead
       WHEN NEW.number < OLD.number OR (NEW.number = OLD.number AND NEW.mac <> OLD.mac)
       BEGIN SELECT RAISE(ABORT, 'the head of the event log only moves forward'); END""",
    """CREATE TRIGGER chain_head_no_delete BEFORE DELETE ON activity_chainhead
       BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END""",
]
SQLITE_BACK = ["DROP TRIGGER chain_head_forward", "DROP TRIGGER chain_head_no_delete"]


def run(postgres, sqlite):
    def on(apps, schema_editor):
        for statement in postgres if schema_editor.connection.vendor == "postgresql" else sqlite:
            schema_editor.execute(statement)

    return on


class Migration(migrations.Migration):
    """The database refuses to empty the event log and to move its head back; the last check of the chain is kept."""

    dependencies = [("activity", "0007_mail_priority_and_labels")]
    operations = [
        migrations.CreateModel(
            name="SealCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("number", models.PositiveBigIntegerField()),
                ("anchors", models.PositiveIntegerField(default=0)),
                ("fault", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["actor", "-number"], name="event_by_actor"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["at"], name="event_by_moment"),
        ),
        migrations.RunPython(run(POSTGRES, SQLITE), run(POSTGRES_BACK, SQLITE_BACK)),
    ]
