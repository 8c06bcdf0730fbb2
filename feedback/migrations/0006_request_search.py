from django.db import migrations

import people.search


class Migration(migrations.Migration):
    """Whoever was asked is found however their name is typed."""

    dependencies = [
        ("feedback", "0005_requests_by_part_of_name"),
        ("people", "0007_search_by_part"),
    ]
    operations = [
        migrations.AddField(
            model_name="request",
            name="search",
            field=people.search.SearchField(default="", editable=False, max_length=1000, of=("name",)),
        ),
    ]
