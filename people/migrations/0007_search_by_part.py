from django.db import migrations

from people.search import index_parts


class Migration(migrations.Migration):
    """The trigrams move from name and address to the one column that is searched now."""

    dependencies = [("people", "0006_fill_search")]
    operations = [
        migrations.RunPython(*reversed(index_parts("people_user", name="people_name_parts", email="people_email_parts"))),
        migrations.RunPython(*index_parts("people_user", search="people_search_parts")),
    ]
