from django.db import migrations
from django.db.models import F


def confirm_those_of_hr(apps, schema_editor):
    """Outsiders whom HR has added count already; those of managers and subjects wait for HR."""
    requests = apps.get_model("feedback", "Request").objects
    of_hr = requests.filter(giver=None, added_by__is_hr=True)
    of_hr = of_hr.exclude(added_by=F("round__manager")).exclude(added_by=F("round__subject"))
    requests.filter(pk__in=of_hr.values("pk")).update(confirmed_by=F("added_by"))


class Migration(migrations.Migration):
    """Whom HR has added needs no further word of HR."""

    dependencies = [("feedback", "0011_request_confirmed_by")]
    operations = [migrations.RunPython(confirm_those_of_hr, migrations.RunPython.noop)]
