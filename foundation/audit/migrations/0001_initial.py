import django.db.models.deletion
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
    """Events, the head of their chain, what its checks found; the database itself keeps the log append-only."""

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ChainHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(default=0)),
                ('mac', models.CharField(default='', max_length=64)),
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
        run_sql(postgresql=POSTGRESQL, sqlite=SQLITE),
    ]
