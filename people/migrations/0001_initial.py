import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import people.search
import uuid
from django.conf import settings
from django.db import migrations, models

from foundation.migration_sql import run_sql

# `icontains` compares UPPER(column::text); the index holds the same expression.
TRIGRAMS = """
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX people_search_parts ON people_user USING gin (UPPER(search::text) gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file OR undefined_object THEN
    RAISE NOTICE 'pg_trgm is not to be had; the search by part of a name reads all names';
END
$$
"""


class Migration(migrations.Migration):
    """Grades, teams, people, and who stands in for whom; people are found by a part of their name."""

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Grade',
            fields=[
                ('key', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('order', models.PositiveSmallIntegerField(unique=True)),
                ('title', models.CharField(max_length=120)),
                ('scope', models.TextField(blank=True)),
                ('autonomy', models.TextField(blank=True)),
                ('impact', models.TextField(blank=True)),
                ('collaborates_with', models.TextField(blank=True)),
                ('may_have_reports', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='ImportChoice',
            fields=[
                ('key', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('value', models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='email address')),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('search', people.search.SearchField(default='', editable=False, max_length=1000, of=('name', 'email'))),
                ('employee_id', models.CharField(blank=True, max_length=60, null=True, unique=True, verbose_name='employee ID')),
                ('job_title', models.CharField(blank=True, max_length=160, verbose_name='job title')),
                ('profession', models.CharField(choices=[('peer_mlops_engineer', 'MLOps engineer'), ('data_scientist', 'Data scientist'), ('software_engineer', 'Software engineer'), ('product_manager', 'Product manager'), ('stakeholder', 'Stakeholder')], default='peer_mlops_engineer', max_length=30, verbose_name='profession')),
                ('joined_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='joined on')),
                ('leave_from', models.DateField(blank=True, null=True, verbose_name='on leave from')),
                ('leave_until', models.DateField(blank=True, null=True, verbose_name='on leave until')),
                ('language', models.CharField(default='en', max_length=10, verbose_name='language')),
                ('time_zone', models.CharField(default='Europe/Berlin', max_length=60, verbose_name='time zone')),
                ('is_active', models.BooleanField(default=True)),
                ('is_hr', models.BooleanField(default=False, verbose_name='HR')),
                ('is_auditor', models.BooleanField(default=False, verbose_name='auditor')),
                ('is_it', models.BooleanField(default=False, verbose_name='IT administrator')),
                ('manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL, verbose_name='manager')),
                ('grade', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='people.grade', verbose_name='grade')),
            ],
            options={
                'ordering': ['name', 'email'],
                'indexes': [
                    models.Index(fields=['name', 'id'], name='people_by_name'),
                    models.Index(condition=models.Q(('is_active', True), ('manager', None)), fields=['id'], name='people_without_manager'),
                    models.Index(condition=models.Q(('is_active', False)), fields=['id'], name='people_who_left'),
                ],
                'constraints': [
                    models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='one_person_per_address'),
                    models.CheckConstraint(condition=models.Q(('manager', models.F('id')), _negated=True), name='nobody_manages_themselves'),
                    models.CheckConstraint(condition=models.Q(models.Q(('leave_from__isnull', True), ('leave_until__isnull', True)), ('leave_until__gte', models.F('leave_from')), _connector='OR'), name='leave_ends_after_it_begins'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, unique=True)),
                ('search', people.search.SearchField(default='', editable=False, max_length=1000, of=('name',))),
                ('hr_partners', models.ManyToManyField(blank=True, related_name='partner_teams', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='people.team', verbose_name='team'),
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='until')),
                ('principal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations', to=settings.AUTH_USER_MODEL)),
                ('stand_in', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standing_in_for', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['starts_on'],
                'constraints': [models.CheckConstraint(condition=models.Q(('principal', models.F('stand_in')), _negated=True), name='nobody_stands_in_for_themselves'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='delegation_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='KnownBrowser',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('last_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='known_browsers', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'digest'), name='one_row_per_person_and_browser')],
            },
        ),
        run_sql(postgresql=[TRIGRAMS]),
    ]
