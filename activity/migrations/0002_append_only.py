from django.db import migrations

POSTGRES = [
    """CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the event log is append-only'; END $$""",
    """CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON activity_event
       FOR EACH ROW EXECUTE FUNCTION refuse_event_change()""",
]
POSTGRES_BACK = ["DROP TRIGGER event_append_only ON activity_event", "DROP FUNCTION refuse_event_change()"]
SQLITE = [
    f"""CREATE TRIGGER event_no_{deed.lower()} BEFORE {deed} ON activity_event
        BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END"""
    for deed in ("UPDATE", "DELETE")
]
SQLITE_BACK = ["DROP TRIGGER event_no_update", "DROP TRIGGER event_no_delete"]


def run(postgres, sqlite):
    def on(apps, schema_editor):
        for statement in postgres if schema_editor.connection.vendor == "postgresql" else sqlite:
            schema_editor.execute(statement)

    return on


class Migration(migrations.Migration):
    """The second guard of the event log: the database itself refuses to change or delete an event."""

    dependencies = [("activity", "0001_initial")]
    operations = [migrations.RunPython(run(POSTGRES, SQLITE), run(POSTGRES_BACK, SQLITE_BACK))]
