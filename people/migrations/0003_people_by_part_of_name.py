"""People are found by a part of their name or address through trigrams, where PostgreSQL allows the extension.

Without it, and on SQLite, the search reads the names as before.
"""

from django.db import migrations

from people.search import index_parts


class Migration(migrations.Migration):
    dependencies = [("people", "0002_people_by_name")]
    operations = [
        migrations.RunPython(*index_parts("people_user", name="people_name_parts", email="people_email_parts"))
    ]
