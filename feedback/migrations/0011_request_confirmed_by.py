import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """An outsider counts towards a threshold once HR has confirmed them."""

    dependencies = [
        ("feedback", "0010_no_samples_of_texts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="request",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                help_text="Who in HR vouches that this outsider exists; until then they count towards no threshold.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
