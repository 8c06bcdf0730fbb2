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
    CREATE INDEX request_search_parts ON feedback_feedbackrequest USING gin (UPPER(search::text) gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file OR undefined_object THEN
    RAISE NOTICE 'pg_trgm is not to be had; the search by part of a name reads all names';
END
$$
"""

# PostgreSQL samples values for its planner and keeps them after the rows are gone: not of what people wrote.
NO_SAMPLES = "ALTER TABLE feedback_answer ALTER COLUMN text SET STATISTICS 0"


class Migration(migrations.Migration):
    """Rounds, whom they ask, drafts, answers without an author, and what was released."""

    initial = True

    dependencies = [
        ('competencies', '0001_initial'),
        ('questionnaires', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('released_on', models.DateField()),
                ('content', models.JSONField(help_text='As made by feedback/release/partition.py.')),
            ],
        ),
        migrations.CreateModel(
            name='FeedbackAsk',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('about', models.CharField(max_length=200, verbose_name='the piece of work')),
                ('question', models.TextField(max_length=1000, verbose_name='what you would like to know')),
                ('happened_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='when the work was done')),
                ('status', models.CharField(choices=[('open', 'Waiting for an answer'), ('replied', 'Answered'), ('declined', 'Declined')], default='open', max_length=50, verbose_name='status')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('asker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asks_made', to=settings.AUTH_USER_MODEL)),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asks_received', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('giver', models.F('asker')), _negated=True), name='nobody_asks_themselves'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Praise',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField(max_length=2000, verbose_name='what they did, and what it made possible')),
                ('happened_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='when')),
                ('is_shared_with_manager', models.BooleanField(default=False, verbose_name='their manager may read it too')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='praise_given', to=settings.AUTH_USER_MODEL)),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='praise_received', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('giver', models.F('receiver')), _negated=True), name='nobody_thanks_themselves'),
                ],
            },
        ),
        migrations.CreateModel(
            name='HiddenText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text_id', models.UUIDField()),
                ('reason', models.CharField(max_length=1000)),
                ('hidden_on', models.DateField()),
                ('hidden_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hidden_texts', to='feedback.release')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('release', 'text_id'), name='a_text_is_hidden_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=4000, verbose_name='your feedback')),
                ('is_shared_with_manager', models.BooleanField(default=False, verbose_name='their manager may read it too')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('ask', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reply', to='feedback.feedbackask')),
            ],
        ),
        migrations.CreateModel(
            name='FeedbackRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('search', people.search.SearchField(default='', editable=False, max_length=1000, of=('name',))),
                ('email', models.EmailField(max_length=254, verbose_name='email address')),
                ('language', models.CharField(default='en', max_length=10)),
                ('relation', models.CharField(max_length=40, verbose_name='relation')),
                ('status', models.CharField(choices=[('proposed', 'Proposed'), ('asked', 'Asked'), ('answered', 'Answered'), ('declined', 'Declined'), ('removed', 'Removed from the list'), ('revoked', 'Withdrawn')], default='proposed', max_length=50, verbose_name='status')),
                ('why', models.CharField(blank=True, max_length=1000, verbose_name='reason')),
                ('due_on', models.DateField(blank=True, help_text='When this one was extended.', null=True, verbose_name='own deadline')),
                ('confidentiality', models.CharField(blank=True, choices=[('anonymous', 'Anonymous: shown as a group only'), ('attributed', "Attributed: shown with the collaborator's name")], help_text='As told when asked.', max_length=12)),
                ('k_scores', models.PositiveSmallIntegerField(blank=True, help_text='As told when asked.', null=True)),
                ('k_texts', models.PositiveSmallIntegerField(blank=True, help_text='As told when asked.', null=True)),
                ('invitations', models.PositiveSmallIntegerField(default=0, help_text='How many invitations were owed so far.')),
                ('added_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('confirmed_by', models.ForeignKey(blank=True, help_text='HR or a colleague who vouches that this outsider exists; until then counts towards no threshold.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('confirmer', models.ForeignKey(blank=True, help_text='The colleague who was asked whether this outsider exists.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outsiders_to_confirm', to=settings.AUTH_USER_MODEL)),
                ('giver', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='feedback_requests', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'id'],
                'indexes': [
                    models.Index(fields=['giver', 'status'], name='request_of_giver'),
                    models.Index(fields=['name', 'id'], name='requests_by_name'),
                ],
            },
        ),
        migrations.CreateModel(
            name='AccessLink',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('token_hash', models.CharField(help_text='SHA-256 of 32 random bytes.', max_length=64, unique=True)),
                ('purpose', models.CharField(choices=[('answer', 'Answer'), ('decline', 'Decline')], max_length=10)),
                ('address', models.EmailField(max_length=254)),
                ('expires_at', models.DateTimeField()),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='feedback.feedbackrequest')),
            ],
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.BinaryField(default=bytes, help_text='The answers, encrypted: name of a form field to its value.')),
                ('version', models.PositiveIntegerField(default=0)),
                ('browser', models.CharField(blank=True, help_text='SHA-256 of the mark of the browser that wrote it; empty: by account.', max_length=64)),
                ('saved_at', models.DateTimeField(auto_now=True)),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='draft', to='feedback.feedbackrequest')),
            ],
        ),
        migrations.CreateModel(
            name='VerificationCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('expires_at', models.DateTimeField()),
                ('tries_left', models.PositiveSmallIntegerField(default=5)),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='code', to='feedback.feedbackrequest')),
            ],
        ),
        migrations.CreateModel(
            name='AttributedAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField(blank=True)),
                ('point', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competencies.point')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='questionnaires.question')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attributed_answers', to='feedback.feedbackrequest')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('request', 'question'), name='one_named_answer_per_question'),
                ],
            },
        ),
        migrations.CreateModel(
            name='FeedbackRound',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(help_text='Shown as the name of the cycle.', max_length=160, verbose_name='title')),
                ('period_start', models.DateField(verbose_name='from')),
                ('period_end', models.DateField(verbose_name='until')),
                ('confidentiality', models.CharField(choices=[('anonymous', 'Anonymous: shown as a group only'), ('attributed', "Attributed: shown with the collaborator's name")], default='anonymous', max_length=12, verbose_name='confidentiality')),
                ('k_scores', models.PositiveSmallIntegerField(default=3, verbose_name='least answers for scores')),
                ('k_texts', models.PositiveSmallIntegerField(default=4, verbose_name='least answers for texts')),
                ('min_total', models.PositiveSmallIntegerField(default=4)),
                ('max_total', models.PositiveSmallIntegerField(default=8)),
                ('max_per_giver', models.PositiveSmallIntegerField(default=6)),
                ('closes_on', models.DateField(verbose_name='answers until')),
                ('status', models.CharField(choices=[('nominating', 'Choosing collaborators'), ('collecting', 'Collecting feedback'), ('released', 'Feedback closed and summarised'), ('cancelled', 'Cancelled')], default='nominating', max_length=50, verbose_name='status')),
                ('list_sent_on', models.DateField(blank=True, help_text='The subject has said that the list is complete.', null=True)),
                ('list_note', models.CharField(blank=True, help_text='Why the list came back to the subject.', max_length=1000)),
                ('counted_answers', models.PositiveSmallIntegerField(default=0, help_text='What the manager sees: renewed once a day, so that no answer can be seen arriving.')),
                ('counted_on', models.DateField(blank=True, null=True)),
                ('is_open_to_subject', models.BooleanField(default=False, help_text='Set at delivery.')),
                ('goes_on_without_subject', models.BooleanField(default=False, help_text='HR decided so when the subject left; until then the round is paused.')),
                ('catalogue', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competencies.catalogue')),
                ('manager', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='led_feedback_rounds', to=settings.AUTH_USER_MODEL)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feedback_rounds', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-period_end', 'id'],
                'indexes': [
                    models.Index(fields=['status', 'closes_on'], name='round_to_release'),
                    models.Index(fields=['status', 'title'], include=('subject',), name='round_titles'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('subject', models.F('manager')), _negated=True), name='nobody_leads_their_own_round'),
                    models.CheckConstraint(condition=models.Q(('k_scores__range', (3, 10))), name='k_for_scores_is_3_to_10'),
                    models.CheckConstraint(condition=models.Q(('k_texts__gt', models.F('k_scores')), ('k_texts__lte', 11)), name='k_for_texts_is_above_k_for_scores'),
                    models.CheckConstraint(condition=models.Q(('period_end__gte', models.F('period_start'))), name='a_feedback_period_ends_after_it_begins'),
                    models.CheckConstraint(condition=models.Q(('max_total__gte', models.F('min_total'))), name='at_most_is_not_below_at_least'),
                ],
            },
        ),
        migrations.AddField(
            model_name='feedbackrequest',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='feedback.feedbackround'),
        ),
        migrations.AddField(
            model_name='release',
            name='round',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='snapshot', to='feedback.feedbackround'),
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('relation', models.CharField(max_length=40)),
                ('theme', models.CharField(blank=True, choices=[('strengths', 'Keep doing'), ('growth', 'Could change'), ('examples', 'Examples')], max_length=10)),
                ('text', models.TextField(blank=True)),
                ('counts_author', models.BooleanField(default=True, help_text='False on further texts of one author under one theme: authors are counted, not texts.')),
                ('point', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competencies.point')),
                ('question', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='questionnaires.question')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='feedback.feedbackround')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('point__isnull', False), ('question__isnull', False), ('text', ''), ('theme', '')), models.Q(('point__isnull', True), ('question__isnull', True), models.Q(('theme__in', ['', 'examples']), _negated=True), models.Q(('text', ''), _negated=True)), models.Q(('point__isnull', True), ('question__isnull', False), ('theme', 'examples'), models.Q(('text', ''), _negated=True)), _connector='OR'), name='an_answer_is_a_rating_a_text_or_an_example'),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name='feedbackrequest',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), models.F('round'), condition=models.Q(('status__in', ['removed', 'revoked']), _negated=True), name='one_request_per_address_and_round'),
        ),
        migrations.AddConstraint(
            model_name='feedbackrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['removed', 'revoked']), _negated=True), fields=('giver', 'round'), name='one_request_per_colleague_and_round'),
        ),
        run_sql(postgresql=[TRIGRAMS, NO_SAMPLES]),
    ]
