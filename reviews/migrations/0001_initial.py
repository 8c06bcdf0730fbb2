import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from foundation.migration_sql import run_sql

# The database keeps how many reviews of a cycle stand where, and until when: each statement adds how that changed.
# The deadline is that of the step a review is at; none where nothing is awaited any more.
DUE = """CASE {row}status
    WHEN 'self_assessment' THEN {row}self_assessment_due_on WHEN 'peer_review' THEN {row}peer_review_due_on
    WHEN 'manager_evaluation' THEN {row}evaluation_due_on WHEN 'calibration' THEN {row}calibration_due_on
    WHEN 'delivery' THEN {row}delivery_due_on WHEN 'delivered' THEN {row}acknowledgement_due_on END"""
COUNT = "INSERT INTO counters_counterchange (source, of, status, due_on, n)"
ROWS = f"SELECT 'reviews_review', cycle_id, status, CAST({DUE.format(row='')} AS date)"
AFTER, BEFORE = f"{ROWS}, 1 FROM after_rows", f"{ROWS}, -1 FROM before_rows"
POSTGRESQL = [
    statement
    for action, tables, changes in (
        ("insert", "NEW TABLE AS after_rows", AFTER),
        ("update", "NEW TABLE AS after_rows OLD TABLE AS before_rows", f"{AFTER} UNION ALL {BEFORE}"),
        ("delete", "OLD TABLE AS before_rows", BEFORE),
    )
    for statement in (
        f"""CREATE OR REPLACE FUNCTION reviews_review_tally_{action}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              {COUNT}
              SELECT c.source, c.of, c.status, c.due_on, sum(c.n) FROM ({changes}) AS c (source, of, status, due_on, n)
              GROUP BY 1, 2, 3, 4 HAVING sum(c.n) <> 0;
              RETURN NULL;
            END $$""",
        f"""CREATE TRIGGER reviews_review_tally_{action} AFTER {action.upper()} ON reviews_review REFERENCING {tables}
            FOR EACH STATEMENT EXECUTE FUNCTION reviews_review_tally_{action}()""",
    )
]
ADDED = f"{COUNT} SELECT 'reviews_review', NEW.cycle_id, NEW.status, {DUE.format(row='NEW.')}, 1;"
TAKEN = f"{COUNT} SELECT 'reviews_review', OLD.cycle_id, OLD.status, {DUE.format(row='OLD.')}, -1;"
SQLITE = [  # for each row: SQLite has no triggers for a statement
    f"CREATE TRIGGER reviews_review_tally_insert AFTER INSERT ON reviews_review BEGIN {ADDED} END",
    f"CREATE TRIGGER reviews_review_tally_update AFTER UPDATE ON reviews_review BEGIN {ADDED} {TAKEN} END",
    f"CREATE TRIGGER reviews_review_tally_delete AFTER DELETE ON reviews_review BEGIN {TAKEN} END",
]

# A review knows its subject's manager of today. Whatever is written into the column, it holds that: a row saved from
# memory may bring an old one.
OF_SUBJECT = "(SELECT manager_id FROM people_user WHERE people_user.id = NEW.subject_id)"
POSTGRESQL += [
    f"""CREATE OR REPLACE FUNCTION review_line_manager() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.line_manager_id := {OF_SUBJECT}; RETURN NEW; END $$""",
    """CREATE TRIGGER review_line_manager BEFORE INSERT OR UPDATE OF line_manager_id ON reviews_review
       FOR EACH ROW EXECUTE FUNCTION review_line_manager()""",
    """CREATE OR REPLACE FUNCTION line_manager_changed() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN UPDATE reviews_review SET line_manager_id = NEW.manager_id WHERE subject_id = NEW.id; RETURN NULL; END $$""",
    """CREATE TRIGGER line_manager_changed AFTER UPDATE OF manager_id ON people_user FOR EACH ROW
       WHEN (OLD.manager_id IS DISTINCT FROM NEW.manager_id) EXECUTE FUNCTION line_manager_changed()""",
]
SQLITE += [
    f"""CREATE TRIGGER review_line_manager_insert AFTER INSERT ON reviews_review FOR EACH ROW
        WHEN NEW.line_manager_id IS NOT {OF_SUBJECT}
        BEGIN UPDATE reviews_review SET line_manager_id = {OF_SUBJECT} WHERE id = NEW.id; END""",
    f"""CREATE TRIGGER review_line_manager_update AFTER UPDATE OF line_manager_id ON reviews_review FOR EACH ROW
        WHEN NEW.line_manager_id IS NOT {OF_SUBJECT}
        BEGIN UPDATE reviews_review SET line_manager_id = {OF_SUBJECT} WHERE id = NEW.id; END""",
    """CREATE TRIGGER line_manager_changed AFTER UPDATE OF manager_id ON people_user FOR EACH ROW
       WHEN OLD.manager_id IS NOT NEW.manager_id
       BEGIN UPDATE reviews_review SET line_manager_id = NEW.manager_id WHERE subject_id = NEW.id; END""",
]


class Migration(migrations.Migration):
    """Cycles, reviews with all that is written in them, calibration, action plans, documents."""

    initial = True

    dependencies = [
        ('counters', '0001_initial'),
        ('competencies', '0001_initial'),
        ('questionnaires', '0001_initial'),
        ('feedback', '0001_initial'),
        ('goals', '0001_initial'),
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('owner', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Cycle',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='name')),
                ('period_start', models.DateField(verbose_name='period from')),
                ('period_end', models.DateField(verbose_name='until')),
                ('status', models.CharField(choices=[('draft', 'In preparation'), ('open', 'Open'), ('closed', 'Closed'), ('cancelled', 'Cancelled')], default='draft', max_length=50, verbose_name='status')),
                ('joined_before', models.DateField(blank=True, help_text='Who joined on this day or later is left out.', null=True, verbose_name='joined before')),
                ('includes_people_on_leave', models.BooleanField(default=False, verbose_name='include people on leave')),
                ('confidentiality', models.CharField(choices=[('anonymous', 'Anonymous: shown as a group only'), ('attributed', "Attributed: shown with the collaborator's name")], default='anonymous', max_length=12, verbose_name='feedback is')),
                ('k_scores', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(3), django.core.validators.MaxValueValidator(10)], verbose_name='answers per group for scores')),
                ('k_texts', models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MinValueValidator(4), django.core.validators.MaxValueValidator(11)], verbose_name='answers per group for texts')),
                ('min_asked', models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MinValueValidator(1)], verbose_name='ask at least')),
                ('max_asked', models.PositiveSmallIntegerField(default=8, validators=[django.core.validators.MaxValueValidator(30)], verbose_name='ask at most')),
                ('max_per_giver', models.PositiveSmallIntegerField(default=6, verbose_name='requests per collaborator at most')),
                ('skip_level_reads', models.BooleanField(default=False, verbose_name="the manager's manager reads delivered reviews")),
                ('launched_at', models.DateTimeField(null=True)),
                ('catalogue', models.ForeignKey(help_text='Set at launch and never again.', null=True, on_delete=django.db.models.deletion.PROTECT, to='competencies.catalogue')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('teams', models.ManyToManyField(blank=True, help_text='None chosen: all.', to='people.team', verbose_name='teams')),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='questionnaires.reviewtemplate', verbose_name='template')),
            ],
            options={
                'ordering': ['-period_start', 'name'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('period_end__gt', models.F('period_start'))), name='period_ends_after_it_begins'),
                    models.CheckConstraint(condition=models.Q(('k_scores__range', (3, 10))), name='cycle_k_scores_from_3_to_10'),
                    models.CheckConstraint(condition=models.Q(('k_texts__gt', models.F('k_scores'))), name='cycle_texts_need_one_more_answer'),
                    models.CheckConstraint(condition=models.Q(('max_asked__gte', models.F('min_asked'))), name='cycle_asks_max_not_below_min'),
                    models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'cancelled']), ('catalogue__isnull', False), _connector='OR'), name='launched_cycle_has_a_catalogue'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('self_assessment', 'Self-assessment'), ('peer_review', 'Peer review'), ('manager_evaluation', 'Manager evaluation'), ('calibration', 'Calibration'), ('delivery', 'Final delivery'), ('delivered', 'Delivered'), ('acknowledged', 'Acknowledged'), ('cancelled', 'Cancelled')], default='self_assessment', max_length=50, verbose_name='status')),
                ('note', models.TextField(blank=True, help_text='Why it came back; shown beside the form.', verbose_name='note with the return')),
                ('is_returned', models.BooleanField(default=False)),
                ('conversation_on', models.DateField(blank=True, null=True, verbose_name='meeting on')),
                ('conversation_at', models.DateTimeField(help_text='When it begins; empty while only the day is known.', null=True)),
                ('conversation_place', models.CharField(blank=True, max_length=300, verbose_name='place or link')),
                ('conversation_changes', models.PositiveSmallIntegerField(default=0, help_text='How often the meeting was set.')),
                ('delivered_at', models.DateTimeField(null=True)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('refused_acknowledgement', models.BooleanField(default=False)),
                ('goes_on_without_subject_at', models.DateTimeField(help_text='When HR decided so, as the subject has left; until then the review is paused.', null=True)),
                ('self_assessment_due_on', models.DateField()),
                ('peer_review_due_on', models.DateField()),
                ('evaluation_due_on', models.DateField()),
                ('calibration_due_on', models.DateField(null=True)),
                ('delivery_due_on', models.DateField()),
                ('acknowledgement_due_on', models.DateField()),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='reviews.cycle')),
                ('grade', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.grade')),
                ('line_manager', models.ForeignKey(db_index=False, editable=False, help_text="The subject's manager of today, kept so by a trigger: the reviews with another one have an index.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('manager', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='managed_reviews', to=settings.AUTH_USER_MODEL)),
                ('round', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='review', to='feedback.feedbackround')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
            options={
                'ordering': ['subject__name'],
                'indexes': [
                    models.Index(fields=['manager', 'status'], name='review_manager'),
                    models.Index(fields=['cycle', 'status'], include=('subject', 'manager'), name='review_counted'),
                    models.Index(condition=models.Q(('status__in', ['self_assessment', 'peer_review', 'manager_evaluation', 'calibration', 'delivery']), models.Q(('manager', models.F('line_manager')), _negated=True)), fields=['cycle'], include=('id', 'line_manager'), name='review_of_another_manager'),
                    models.Index(condition=models.Q(('status', 'self_assessment')), fields=['cycle', 'self_assessment_due_on'], name='review_due_self_assessment'),
                    models.Index(condition=models.Q(('status', 'peer_review')), fields=['cycle', 'peer_review_due_on'], name='review_due_peer_review'),
                    models.Index(condition=models.Q(('status', 'manager_evaluation')), fields=['cycle', 'evaluation_due_on'], name='review_due_manager_evaluation'),
                    models.Index(condition=models.Q(('status', 'calibration')), fields=['cycle', 'calibration_due_on'], name='review_due_calibration'),
                    models.Index(condition=models.Q(('status', 'delivery')), fields=['cycle', 'delivery_due_on'], name='review_due_delivery'),
                    models.Index(condition=models.Q(('status', 'delivered')), fields=['cycle', 'acknowledgement_due_on'], name='review_due_delivered'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('cycle', 'subject'), name='one_review_per_subject_and_cycle'),
                    models.CheckConstraint(condition=models.Q(('subject', models.F('manager')), _negated=True), name='nobody_reviews_themselves'),
                    models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['delivered', 'acknowledged']), _negated=True), ('delivered_at__isnull', False), _connector='OR'), name='delivered_review_has_its_moment'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Rebuttal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000, verbose_name='your statement')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rebuttals', to='reviews.review')),
            ],
            options={
                'ordering': ['written_at'],
            },
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rater', models.CharField(choices=[('self', 'Self'), ('manager', 'Manager')], max_length=10)),
                ('code', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competencies.code')),
                ('goal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='goals.goal')),
                ('point', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competencies.point')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='reviews.review')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('review', 'rater', 'code'), name='one_rating_per_rater_and_code'),
                    models.UniqueConstraint(fields=('review', 'rater', 'goal'), name='one_rating_per_rater_and_goal'),
                    models.CheckConstraint(condition=models.Q(models.Q(('code__isnull', True), ('goal__isnull', False)), models.Q(('code__isnull', False), ('goal__isnull', True)), _connector='OR'), name='rating_is_of_a_code_or_a_goal'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PrivateNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True, verbose_name='private note')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='private_notes', to='reviews.review')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('review', 'author'), name='one_private_note_per_author'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ManagerDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('choice', models.CharField(choices=[('takes_over', 'The new manager evaluates and delivers'), ('delivers', 'The present manager evaluates, the new one delivers'), ('stays', 'The present manager evaluates and delivers')], max_length=10)),
                ('decided_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line_manager', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='manager_decision', to='reviews.review')),
            ],
        ),
        migrations.CreateModel(
            name='ManagerChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reason', models.TextField()),
                ('contribution', models.TextField(blank=True, verbose_name='what the new manager should know')),
                ('after', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('before', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='manager_changes', to='reviews.review')),
            ],
            options={
                'ordering': ['changed_at'],
            },
        ),
        migrations.CreateModel(
            name='IssuedDocument',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('audience', models.CharField(choices=[('subject', 'The subject'), ('manager', 'The manager'), ('hr', 'HR')], max_length=10)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='reviews.review')),
            ],
            options={
                'ordering': ['-issued_at'],
            },
        ),
        migrations.CreateModel(
            name='Evaluation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.JSONField(default=dict)),
                ('version', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField(null=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('snapshot', models.JSONField(default=dict, help_text='The goals as they were submitted: reviews/review/snapshots.py.')),
                ('overall', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competencies.point')),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='evaluation', to='reviews.review')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CalibrationGroup',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('status', models.CharField(choices=[('open', 'In calibration'), ('locked', 'Locked')], default='open', max_length=50, verbose_name='status')),
                ('facilitator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='facilitator')),
                ('members', models.ManyToManyField(related_name='calibration_groups', to=settings.AUTH_USER_MODEL, verbose_name='managers')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='reviews.cycle')),
                ('reviews', models.ManyToManyField(related_name='groups', to='reviews.review', verbose_name='reviews')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [
                    models.UniqueConstraint(fields=('cycle', 'name'), name='one_group_per_name_and_cycle'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CalibrationChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reason', models.TextField(verbose_name='reason')),
                ('after', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competencies.point')),
                ('before', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competencies.point')),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='reviews.calibrationgroup')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calibration_changes', to='reviews.review')),
            ],
            options={
                'ordering': ['-changed_at'],
            },
        ),
        migrations.CreateModel(
            name='ActionItem',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('action', models.CharField(max_length=300, verbose_name='what will be done')),
                ('purpose', models.CharField(choices=[('growth', 'Build a skill'), ('goal', 'Reach a goal'), ('collaboration', 'Improve collaboration'), ('wellbeing', 'Make the work sustainable')], default='growth', max_length=20, verbose_name='purpose')),
                ('due_on', models.DateField(verbose_name='due')),
                ('success_sign', models.CharField(max_length=300, verbose_name='how we will know')),
                ('support', models.CharField(blank=True, max_length=300, verbose_name='help needed')),
                ('status', models.CharField(choices=[('open', 'Open'), ('in_progress', 'Under way'), ('done', 'Done'), ('drop_proposed', 'To be dropped?'), ('dropped', 'Dropped by agreement')], default='open', max_length=50, verbose_name='status')),
                ('drop_reason', models.TextField(blank=True, verbose_name='why it is to be dropped')),
                ('code', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='competencies.code', verbose_name='performance code')),
                ('drop_proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('goal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='goals.goal', verbose_name='goal')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='actions', to='reviews.review')),
            ],
            options={
                'ordering': ['due_on', 'action'],
                'indexes': [
                    models.Index(fields=['owner', 'status', 'due_on'], name='action_owner'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SelfAssessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.JSONField(default=dict)),
                ('version', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField(null=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('snapshot', models.JSONField(default=dict, help_text='The attached evidence as it was sent: reviews/review/snapshots.py.')),
                ('evidence', models.ManyToManyField(blank=True, related_name='+', to='goals.evidence')),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='self_assessment', to='reviews.review')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SetAsideDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('evaluation', 'Evaluation'), ('summary', 'Summary')], max_length=10)),
                ('answers', models.JSONField(default=dict)),
                ('ratings', models.JSONField(default=list, help_text='Lists of code id, goal id and point id.')),
                ('version', models.PositiveIntegerField(default=0)),
                ('set_aside_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('overall', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competencies.point')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reviews.review')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('review', 'author', 'part'), name='one_set_aside_draft_per_author_and_part'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Stage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(choices=[('self_assessment', 'Self-assessment'), ('peer_review', 'Peer review'), ('manager_evaluation', 'Manager evaluation'), ('calibration', 'Calibration'), ('final_delivery', 'Final delivery'), ('acknowledgement', 'Acknowledgement')], max_length=30)),
                ('order', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('purpose', models.TextField(blank=True, verbose_name='purpose')),
                ('texts', models.JSONField(default=dict, help_text='Display text per sub-state: not_started … skipped.')),
                ('is_enabled', models.BooleanField(default=True, verbose_name='part of this cycle')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='deadline')),
                ('reminder_days', models.JSONField(default=list, help_text='Days before the deadline on which to remind.')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stages', to='reviews.cycle')),
            ],
            options={
                'ordering': ['order'],
                'constraints': [
                    models.UniqueConstraint(fields=('cycle', 'key'), name='one_stage_per_key_and_cycle'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Summary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.JSONField(default=dict)),
                ('version', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField(null=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='summary', to='reviews.review')),
            ],
            options={
                'abstract': False,
            },
        ),
        run_sql(postgresql=POSTGRESQL, sqlite=SQLITE),
    ]
