from django.db import migrations

from activity.tallies import keep


class Migration(migrations.Migration):
    """The database keeps how many goals serve each objective, by status."""

    dependencies = [("goals", "0002_goals_of_objective"), ("activity", "0003_tally")]
    operations = [migrations.RunPython(*keep("goals_goal", "objective_id"))]
