from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Those who left and those without a manager are few: found without reading everybody."""

    dependencies = [("people", "0007_known_browser")]
    operations = [
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["id"], condition=Q(is_active=True, manager=None), name="people_without_manager"),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["id"], condition=Q(is_active=False), name="people_who_left"),
        ),
    ]
