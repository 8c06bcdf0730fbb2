import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

UNDELIVERED = ["self_assessment", "peer_review", "manager_evaluation", "calibration", "delivery"]
OF_SUBJECT = "(SELECT manager_id FROM people_user WHERE people_user.id = {}.subject_id)"
FILL = f"UPDATE reviews_review SET line_manager_id = {OF_SUBJECT.format('reviews_review')}"  # noqa: S608 (names of ours)

# Whatever is written into the column, it holds the subject's manager: a row saved from memory may bring an old one.
POSTGRES = [
    f"""CREATE FUNCTION review_line_manager() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.line_manager_id := {OF_SUBJECT.format("NEW")}; RETURN NEW; END $$""",
    """CREATE TRIGGER review_line_manager BEFORE INSERT OR UPDATE OF line_manager_id ON reviews_review
       FOR EACH ROW EXECUTE FUNCTION review_line_manager()""",
    """CREATE FUNCTION line_manager_changed() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN UPDATE reviews_review SET line_manager_id = NEW.manager_id WHERE subject_id = NEW.id; RETURN NULL; END $$""",
    """CREATE TRIGGER line_manager_changed AFTER UPDATE OF manager_id ON people_user FOR EACH ROW
       WHEN (OLD.manager_id IS DISTINCT FROM NEW.manager_id) EXECUTE FUNCTION line_manager_changed()""",
]
POSTGRES_BACK = [
    "DROP TRIGGER line_manager_changed ON people_user",
    "DROP FUNCTION line_manager_changed()",
    "DROP TRIGGER review_line_manager ON reviews_review",
    "DROP FUNCTION review_line_manager()",
]
SQLITE = [
    f"""CREATE TRIGGER review_line_manager_{deed.split()[0].lower()} AFTER {deed} ON reviews_review FOR EACH ROW
        WHEN NEW.line_manager_id IS NOT {OF_SUBJECT.format("NEW")}
        BEGIN UPDATE reviews_review SET line_manager_id = {OF_SUBJECT.format("NEW")} WHERE id = NEW.id; END"""
    for deed in ("INSERT", "UPDATE OF line_manager_id")
] + [
    """CREATE TRIGGER line_manager_changed AFTER UPDATE OF manager_id ON people_user FOR EACH ROW
       WHEN OLD.manager_id IS NOT NEW.manager_id
       BEGIN UPDATE reviews_review SET line_manager_id = NEW.manager_id WHERE subject_id = NEW.id; END""",
]
SQLITE_BACK = [
    "DROP TRIGGER line_manager_changed",
    "DROP TRIGGER review_line_manager_update",
    "DROP TRIGGER review_line_manager_insert",
]


def run(postgres, sqlite):
    def on(_apps, schema_editor):
        for statement in postgres if schema_editor.connection.vendor == "postgresql" else sqlite:
            schema_editor.execute(statement)

    return on


class Migration(migrations.Migration):
    """Reviews led by somebody else than the subject's manager of today are few: found without reading all reviews."""

    dependencies = [
        ("people", "0008_who_left"),
        ("reviews", "0006_snapshots_and_set_aside_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="review",
            name="line_manager",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                help_text="The subject's manager of today, kept so by a trigger: "
                "the reviews with another one have an index.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(run(POSTGRES, SQLITE), run(POSTGRES_BACK, SQLITE_BACK)),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                fields=["cycle"],
                condition=Q(status__in=UNDELIVERED) & ~Q(manager=F("line_manager")),
                name="review_of_another_manager",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
