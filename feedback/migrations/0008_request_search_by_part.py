from django.db import migrations

from people.search import index_parts


class Migration(migrations.Migration):
    """The trigrams move from the name to the column that is searched now."""

    dependencies = [("feedback", "0007_fill_request_search")]
    operations = [
        migrations.RunPython(*reversed(index_parts("feedback_request", name="request_name_parts"))),
        migrations.RunPython(*index_parts("feedback_request", search="request_search_parts")),
    ]
