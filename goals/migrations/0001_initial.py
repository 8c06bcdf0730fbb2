import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from foundation.migration_sql import run_sql

# The database keeps how many goals serve each objective, by status: each statement adds how the numbers changed.
COUNT = "INSERT INTO counters_counterchange (source, of, status, due_on, n)"
AFTER = "SELECT 'goals_goal', objective_id, status, CAST(NULL AS date), 1 FROM after_rows"
BEFORE = "SELECT 'goals_goal', objective_id, status, CAST(NULL AS date), -1 FROM before_rows"
POSTGRESQL = [
    statement
    for action, tables, changes in (
        ("insert", "NEW TABLE AS after_rows", AFTER),
        ("update", "NEW TABLE AS after_rows OLD TABLE AS before_rows", f"{AFTER} UNION ALL {BEFORE}"),
        ("delete", "OLD TABLE AS before_rows", BEFORE),
    )
    for statement in (
        f"""CREATE OR REPLACE FUNCTION goals_goal_tally_{action}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              {COUNT}
              SELECT c.source, c.of, c.status, c.due_on, sum(c.n) FROM ({changes}) AS c (source, of, status, due_on, n)
              GROUP BY 1, 2, 3, 4 HAVING sum(c.n) <> 0;
              RETURN NULL;
            END $$""",
        f"""CREATE TRIGGER goals_goal_tally_{action} AFTER {action.upper()} ON goals_goal REFERENCING {tables}
            FOR EACH STATEMENT EXECUTE FUNCTION goals_goal_tally_{action}()""",
    )
]
ADDED = f"{COUNT} SELECT 'goals_goal', NEW.objective_id, NEW.status, NULL, 1;"
TAKEN = f"{COUNT} SELECT 'goals_goal', OLD.objective_id, OLD.status, NULL, -1;"
SQLITE = [  # for each row: SQLite has no triggers for a statement
    f"CREATE TRIGGER goals_goal_tally_insert AFTER INSERT ON goals_goal BEGIN {ADDED} END",
    f"CREATE TRIGGER goals_goal_tally_update AFTER UPDATE ON goals_goal BEGIN {ADDED} {TAKEN} END",
    f"CREATE TRIGGER goals_goal_tally_delete AFTER DELETE ON goals_goal BEGIN {TAKEN} END",
]


class Migration(migrations.Migration):
    """Objectives, goals with check-ins and changes, evidence; goals of an objective are counted by triggers."""

    initial = True

    dependencies = [
        ('counters', '0001_initial'),
        ('competencies', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='GoalTemplate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('group', models.CharField(max_length=60)),
                ('group_title', models.CharField(max_length=120)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('title', models.CharField(max_length=160)),
                ('statement', models.TextField()),
                ('metric', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('number', 'Number'), ('percent', 'Per cent'), ('money', 'Money'), ('yes_no', 'Done or not done')], max_length=10)),
                ('unit', models.CharField(blank=True, max_length=40)),
                ('direction', models.CharField(choices=[('increase', 'More is better'), ('decrease', 'Less is better')], max_length=10)),
                ('example_baseline', models.DecimalField(decimal_places=4, max_digits=16)),
                ('example_target', models.DecimalField(decimal_places=4, max_digits=16)),
                ('deadline_days', models.PositiveSmallIntegerField(help_text='Days from start to deadline that are usual.')),
                ('code_keys', models.JSONField(default=list, help_text='Performance codes, by key: they outlive a catalogue version.')),
                ('is_team_measure', models.BooleanField(default=False)),
                ('guardrail', models.CharField(blank=True, max_length=300)),
                ('evidence', models.JSONField(default=dict, help_text='Where the figure can be read: source, query, reduce, notes.')),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('statement', models.TextField(blank=True, max_length=2000, verbose_name='what exactly')),
                ('metric', models.CharField(blank=True, max_length=200, verbose_name='what is measured')),
                ('kind', models.CharField(choices=[('number', 'Number'), ('percent', 'Per cent'), ('money', 'Money'), ('yes_no', 'Done or not done')], default='number', max_length=10, verbose_name='kind of measure')),
                ('unit', models.CharField(blank=True, max_length=40, verbose_name='unit')),
                ('direction', models.CharField(choices=[('increase', 'More is better'), ('decrease', 'Less is better')], default='increase', max_length=10, verbose_name='direction')),
                ('baseline', models.DecimalField(decimal_places=4, default=0, max_digits=16, verbose_name='baseline')),
                ('target', models.DecimalField(decimal_places=4, default=1, max_digits=16, verbose_name='target')),
                ('current', models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True, verbose_name='now')),
                ('confidence', models.CharField(blank=True, choices=[('on_track', 'On track'), ('at_risk', 'At risk'), ('behind', 'Behind')], max_length=10)),
                ('starts_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='starts on')),
                ('due_on', models.DateField(verbose_name='deadline')),
                ('weight', models.PositiveSmallIntegerField(default=0, verbose_name='weight in per cent')),
                ('guardrail', models.CharField(blank=True, max_length=300, verbose_name='must not get worse')),
                ('is_team_measure', models.BooleanField(default=False, verbose_name='the figure belongs to a team or service')),
                ('contribution', models.TextField(blank=True, max_length=2000, verbose_name='own contribution to it')),
                ('visibility', models.CharField(choices=[('private', 'Owner, manager and HR'), ('team', "The owner's team as well")], default='private', max_length=10, verbose_name='who reads it')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('proposed', 'Waiting for agreement'), ('agreed', 'Agreed'), ('reached', 'Reached'), ('missed', 'Not reached'), ('withdrawn', 'Withdrawn')], default='draft', max_length=50, verbose_name='status')),
                ('agreed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1, help_text='Counts saved edits; a stale form is refused.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('agreed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('carried_from', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='carried_to', to='goals.goal')),
                ('codes', models.ManyToManyField(blank=True, related_name='goals', to='competencies.code', verbose_name='performance codes')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='goals', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('template', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='goals', to='goals.goaltemplate')),
            ],
            options={
                'ordering': ['due_on', 'title'],
                'indexes': [
                    models.Index(fields=['owner', 'due_on'], name='goals_of_owner'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('starts_on'))), name='deadline_is_not_before_the_start'),
                    models.CheckConstraint(condition=models.Q(('weight__lte', 100)), name='weight_is_at_most_100_per_cent'),
                    models.CheckConstraint(condition=models.Q(models.Q(('agreed_at__isnull', True), ('agreed_by__isnull', True)), models.Q(('agreed_at__isnull', False), ('agreed_by__isnull', False)), _connector='OR'), name='agreed_by_and_agreed_at_together'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CheckIn',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('value', models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True, verbose_name='value now')),
                ('comment', models.TextField(blank=True, max_length=2000, verbose_name='what happened since')),
                ('confidence', models.CharField(choices=[('on_track', 'On track'), ('at_risk', 'At risk'), ('behind', 'Behind')], default='on_track', max_length=10, verbose_name='how it stands')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('goal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='check_ins', to='goals.goal')),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='Objective',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.SlugField(max_length=60, unique=True, verbose_name='short name')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('indicator', models.CharField(blank=True, max_length=200, verbose_name='indicator')),
                ('unit', models.CharField(blank=True, max_length=40, verbose_name='unit')),
                ('direction', models.CharField(choices=[('increase', 'More is better'), ('decrease', 'Less is better')], default='increase', max_length=10, verbose_name='direction')),
                ('target', models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True, verbose_name='target')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('is_active', models.BooleanField(default=True, verbose_name='pursued')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='objectives', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='goals.objective', verbose_name='part of')),
            ],
            options={
                'ordering': ['order', 'title'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('starts_on', None), ('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='objective_ends_after_it_begins'),
                    models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='no_objective_is_its_own_part'),
                ],
            },
        ),
        migrations.AddField(
            model_name='goaltemplate',
            name='objective',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='templates', to='goals.objective'),
        ),
        migrations.AddField(
            model_name='goal',
            name='objective',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='goals', to='goals.objective', verbose_name='serves the objective'),
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('note', models.TextField(max_length=2000, verbose_name='what happened')),
                ('link', models.CharField(blank=True, max_length=500, validators=[django.core.validators.URLValidator(message='Only addresses that begin with http:// or https://.', schemes=['http', 'https'])], verbose_name='link')),
                ('happened_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='on')),
                ('source', models.CharField(choices=[('manual', 'Own note'), ('mlflow', 'MLflow'), ('prometheus', 'Prometheus'), ('ci', 'Deployments'), ('incidents', 'Incidents')], default='manual', max_length=20)),
                ('snapshot', models.JSONField(blank=True, default=dict, help_text='What the source said at the time; never scored.')),
                ('is_proposal', models.BooleanField(default=False, help_text='Read from a source and not yet taken by its owner.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('codes', models.ManyToManyField(blank=True, related_name='evidence', to='competencies.code', verbose_name='performance codes')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to=settings.AUTH_USER_MODEL)),
                ('goals', models.ManyToManyField(blank=True, related_name='evidence', to='goals.goal', verbose_name='goals')),
            ],
            options={
                'ordering': ['-happened_on', '-created_at'],
                'indexes': [models.Index(fields=['owner', '-happened_on'], name='evidence_of_owner')],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('note', models.TextField(max_length=2000, verbose_name='why')),
                ('target', models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True, verbose_name='new target')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='new deadline')),
                ('is_withdrawal', models.BooleanField(default=False, verbose_name='drop the goal')),
                ('status', models.CharField(choices=[('open', 'Waiting for agreement'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('taken_back', 'Taken back')], default='open', max_length=50, verbose_name='status')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('goal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='goals.goal')),
            ],
            options={
                'ordering': ['-asked_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('goal',), name='one_open_change_per_goal'), models.CheckConstraint(condition=models.Q(('is_withdrawal', True), ('target__isnull', False), ('due_on__isnull', False), _connector='OR'), name='a_change_changes_something'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='decided_by_and_decided_at_together')],
            },
        ),
        migrations.AddIndex(
            model_name='goal',
            index=models.Index(fields=['objective', 'due_on', 'title', 'id'], name='goals_of_objective'),
        ),
        migrations.AddIndex(
            model_name='goal',
            index=models.Index(condition=models.Q(('objective', None)), fields=['due_on', 'title', 'id'], name='goals_of_no_objective'),
        ),
        migrations.AddIndex(
            model_name='goal',
            index=models.Index(fields=['objective', 'status'], include=('owner',), name='goals_counted'),
        ),
        run_sql(postgresql=POSTGRESQL, sqlite=SQLITE),
    ]
