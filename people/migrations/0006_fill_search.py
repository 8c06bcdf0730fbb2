from django.db import migrations

from people.search import fill_search


class Migration(migrations.Migration):
    """The search columns of the people and teams that are there already."""

    dependencies = [("people", "0005_search_and_employee_id")]
    operations = [
        migrations.RunPython(fill_search("people", "User"), migrations.RunPython.noop),
        migrations.RunPython(fill_search("people", "Team"), migrations.RunPython.noop),
    ]
