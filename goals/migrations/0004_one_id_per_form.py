from django.db import migrations

from activity.tallies import keep

count, forget = keep("goals_goal", "objective_id")


class Migration(migrations.Migration):
    """The id of a row is made with its form and says by itself that a second click is one: no key beside it.

    SQLite writes a table anew when a constraint goes, and its triggers with it: they are taken off and put back.
    """

    dependencies = [("goals", "0003_tally")]
    operations = [
        migrations.RunPython(forget, count),
        migrations.RemoveConstraint("goal", "one_goal_per_form_and_owner"),
        migrations.RemoveConstraint("checkin", "one_check_in_per_form_and_goal"),
        migrations.RemoveConstraint("evidence", "one_evidence_per_form_and_owner"),
        migrations.RemoveField("goal", "key"),
        migrations.RemoveField("checkin", "key"),
        migrations.RemoveField("evidence", "key"),
        migrations.RunPython(count, forget),
    ]
