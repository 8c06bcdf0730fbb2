from django.db import migrations, models


class Migration(migrations.Migration):
    """Counters of tries, and numbers that triggers keep."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Attempts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='A keyed digest: whose they are cannot be read here.', max_length=64, unique=True)),
                ('count', models.PositiveIntegerField(default=0)),
                ('since', models.DateTimeField()),
                ('last_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='CounterChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(help_text='The table whose rows are counted.', max_length=60)),
                ('of', models.UUIDField(help_text='The group that is counted: a cycle, an objective.', null=True)),
                ('status', models.CharField(max_length=50)),
                ('due_on', models.DateField(null=True)),
                ('n', models.IntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['source', 'of'], name='tally_of')],
            },
        ),
    ]
