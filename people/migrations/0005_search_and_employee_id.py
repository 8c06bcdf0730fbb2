from django.db import migrations, models

import people.search


class Migration(migrations.Migration):
    """People and teams are found however a name is typed; HR systems name people by an id; an import is remembered."""

    dependencies = [("people", "0004_known_browser")]
    operations = [
        migrations.CreateModel(
            name="ImportChoice",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("value", models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.AddField(
            model_name="team",
            name="search",
            field=people.search.SearchField(default="", editable=False, max_length=1000, of=("name",)),
        ),
        migrations.AddField(
            model_name="user",
            name="employee_id",
            field=models.CharField(blank=True, max_length=60, null=True, unique=True, verbose_name="employee ID"),
        ),
        migrations.AddField(
            model_name="user",
            name="search",
            field=people.search.SearchField(default="", editable=False, max_length=1000, of=("name", "email")),
        ),
    ]
