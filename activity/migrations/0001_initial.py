import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from foundation.migration_sql import run_sql

# The second guard of the event log: the database itself refuses to change, delete or empty it, and to move its head back.
POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the event log is append-only'; END $$""",
    """CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON audit_event
       FOR EACH ROW EXECUTE FUNCTION refuse_event_change()""",
    """CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON audit_event
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change()""",
    """CREATE OR REPLACE FUNCTION refuse_shorter_chain() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.number < OLD.number OR (NEW.number = OLD.number AND NEW.mac <> OLD.mac) THEN
           RAISE EXCEPTION 'the head of the event log only moves forward';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER chain_head_forward BEFORE UPDATE ON audit_chainhead
       FOR EACH ROW EXECUTE FUNCTION refuse_shorter_chain()""",
    """CREATE TRIGGER chain_head_no_delete BEFORE DELETE ON audit_chainhead
       FOR EACH ROW EXECUTE FUNCTION refuse_event_change()""",
    """CREATE TRIGGER chain_head_no_truncate BEFORE TRUNCATE ON audit_chainhead
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change()""",
]
SQLITE = [
    """CREATE TRIGGER event_no_update BEFORE UPDATE ON audit_event
       BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END""",
    """CREATE TRIGGER event_no_delete BEFORE DELETE ON audit_event
       BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END""",
    """CREATE TRIGGER chain_head_forward BEFORE UPDATE ON audit_chainhead
       WHEN NEW.number < OLD.number OR (NEW.number = OLD.number AND NEW.mac <> OLD.mac)
       BEGIN SELECT RAISE(ABORT, 'the head of the event log only moves forward'); END""",
    """CREATE TRIGGER chain_head_no_delete BEFORE DELETE ON audit_chainhead
       BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END""",
]


class Migration(migrations.Migration):
    """Events and their chain, messages, jobs, numbers kept by triggers, texts of mails."""

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

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
            name='ChainHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(default=0)),
                ('mac', models.CharField(default='', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SealCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('number', models.PositiveBigIntegerField()),
                ('anchors', models.PositiveIntegerField(default=0)),
                ('fault', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60)),
                ('target_id', models.CharField(blank=True, max_length=40)),
                ('data', models.JSONField(default=dict)),
                ('key', models.CharField(max_length=160, unique=True)),
                ('status', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=10)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('leased_until', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('file', models.FileField(blank=True, upload_to='jobs/')),
                ('error', models.CharField(blank=True, max_length=300, verbose_name='what went wrong')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='jobs', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='MailText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('language', models.CharField(default='en', max_length=10)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('signature', models.TextField(blank=True)),
                ('labels', models.JSONField(blank=True, default=dict, help_text='By placeholder of a link, what its button says.')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key', 'language'), name='one_text_per_mail_and_language')],
            },
        ),
        migrations.CreateModel(
            name='MorningRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Which work: reminders, digests.', max_length=40)),
                ('time_zone', models.CharField(max_length=60)),
                ('day', models.DateField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'time_zone', 'day'), name='one_morning_per_work_zone_and_day')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60)),
                ('address', models.EmailField(help_text='Where it goes; frozen when the notice is written.', max_length=254)),
                ('name', models.CharField(blank=True, max_length=160)),
                ('language', models.CharField(default='en', max_length=10)),
                ('target_type', models.CharField(max_length=60)),
                ('target_id', models.CharField(max_length=40)),
                ('data', models.JSONField(default=dict, help_text='Plain placeholders of the text; never content, never a token.')),
                ('key', models.CharField(max_length=160, unique=True)),
                ('priority', models.PositiveSmallIntegerField(default=5, help_text='Lower goes first; 0 is for codes.')),
                ('status', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('leased_until', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('recipient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='DigestLine',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(help_text='The key of a text of one sentence.', max_length=60)),
                ('target_type', models.CharField(max_length=60)),
                ('target_id', models.CharField(max_length=40)),
                ('data', models.JSONField(default=dict, help_text='Plain placeholders of the text; never content, never a token.')),
                ('key', models.CharField(max_length=160, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='digest_lines', to=settings.AUTH_USER_MODEL)),
                ('notice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='outbox.notice')),
            ],
            options={
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Tally',
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
        migrations.CreateModel(
            name='Event',
            fields=[
                ('number', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('verb', models.CharField(max_length=80)),
                ('target_type', models.CharField(max_length=60)),
                ('target_id', models.CharField(max_length=40)),
                ('data', models.JSONField(default=dict)),
                ('key', models.CharField(max_length=160, null=True, unique=True)),
                ('mac', models.CharField(max_length=64)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on_behalf_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['number'],
                'indexes': [models.Index(fields=['target_type', 'target_id', '-number'], name='event_history'), models.Index(fields=['actor', '-number'], name='event_by_actor'), models.Index(fields=['at'], name='event_by_moment')],
            },
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('status', 'queued')), fields=['next_at'], name='notice_waiting'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('status', 'running')), fields=['leased_until'], name='notice_leased'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['target_type', 'target_id'], name='notice_target'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('status', 'failed')), fields=['target_type'], name='notice_refused'),
        ),
        migrations.AddIndex(
            model_name='digestline',
            index=models.Index(condition=models.Q(('notice__isnull', True)), fields=['recipient'], name='digest_waiting'),
        ),
        run_sql(postgresql=POSTGRESQL, sqlite=SQLITE),
    ]
