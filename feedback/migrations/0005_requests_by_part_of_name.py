from django.db import migrations

from people.search import index_parts


class Migration(migrations.Migration):
    """HR finds requests by a part of the name of whoever was asked; without trigrams all names are read."""

    dependencies = [("feedback", "0004_one_request_per_colleague"), ("people", "0003_people_by_part_of_name")]
    operations = [migrations.RunPython(*index_parts("feedback_request", name="request_name_parts"))]
