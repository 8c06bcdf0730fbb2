import django.db.models.deletion
import django_fsm
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    """The catalogue: codes with their levels and scales, by version."""

    initial = True

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Catalogue',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(unique=True, verbose_name='version')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('status', django_fsm.FSMField(choices=[('draft', 'In preparation'), ('published', 'Published')], default='draft', max_length=50, protected=True, verbose_name='status')),
                ('note', models.TextField(blank=True, verbose_name='what changed')),
                ('shipped', models.CharField(blank=True, editable=False, help_text='SHA-256 of the files it was read from, or empty.', max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-version'],
            },
        ),
        migrations.CreateModel(
            name='Code',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=20, verbose_name='code')),
                ('category', models.CharField(choices=[('technical_skills', 'Technical skills'), ('operational_effectiveness', 'Operational effectiveness'), ('teamwork_proficiency', 'Teamwork proficiency')], max_length=30, verbose_name='category')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('is_core', models.BooleanField(default=False, verbose_name='asked of everybody')),
                ('sfia', models.CharField(blank=True, max_length=120, verbose_name='SFIA cross-reference')),
                ('catalogue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='competencies.catalogue')),
            ],
            options={
                'ordering': ['order', 'key'],
            },
        ),
        migrations.CreateModel(
            name='Expectation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('code', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='expectations', to='competencies.code')),
                ('grade', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='expectations', to='people.grade')),
            ],
            options={
                'ordering': ['grade__order'],
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('text', models.TextField()),
                ('code', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='competencies.code')),
            ],
            options={
                'ordering': ['level'],
            },
        ),
        migrations.CreateModel(
            name='Scale',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('used_for', models.CharField(blank=True, max_length=40)),
                ('hint', models.TextField(blank=True, verbose_name='hint above the question')),
                ('example_at_or_below', models.SmallIntegerField(blank=True, help_text='An example is asked for at this score and below; empty: never.', null=True)),
                ('catalogue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scales', to='competencies.catalogue')),
            ],
            options={
                'ordering': ['key'],
            },
        ),
        migrations.CreateModel(
            name='Point',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('order', models.PositiveSmallIntegerField()),
                ('key', models.CharField(max_length=40)),
                ('score', models.SmallIntegerField(blank=True, null=True)),
                ('weight', models.FloatField(default=1.0, help_text='0 to 1; how much somebody with this contact counts.')),
                ('label', models.CharField(max_length=120)),
                ('definition', models.TextField(blank=True)),
                ('scale', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='competencies.scale')),
            ],
            options={
                'ordering': ['order'],
            },
        ),
        migrations.AddConstraint(
            model_name='code',
            constraint=models.UniqueConstraint(fields=('catalogue', 'key'), name='one_code_per_key_and_catalogue'),
        ),
        migrations.AddConstraint(
            model_name='expectation',
            constraint=models.UniqueConstraint(fields=('code', 'grade'), name='one_expectation_per_grade'),
        ),
        migrations.AddConstraint(
            model_name='expectation',
            constraint=models.CheckConstraint(condition=models.Q(('level__range', (1, 5))), name='expected_levels_run_from_1_to_5'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.UniqueConstraint(fields=('code', 'level'), name='one_sentence_per_level'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=models.Q(('level__range', (1, 5))), name='levels_run_from_1_to_5'),
        ),
        migrations.AddConstraint(
            model_name='scale',
            constraint=models.UniqueConstraint(fields=('catalogue', 'key'), name='one_scale_per_key_and_catalogue'),
        ),
        migrations.AddConstraint(
            model_name='point',
            constraint=models.UniqueConstraint(fields=('scale', 'key'), name='one_point_per_key_and_scale'),
        ),
    ]
