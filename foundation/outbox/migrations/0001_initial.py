import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Mails and their texts, news of the day, jobs."""

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('tried_since', models.DateTimeField(default=django.utils.timezone.now, help_text='Giving up counts from here.')),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now, help_text='Not before.')),
                ('leased_until', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=300, verbose_name='what went wrong')),
                ('kind', models.CharField(max_length=60)),
                ('target_id', models.CharField(blank=True, max_length=40)),
                ('data', models.JSONField(default=dict)),
                ('key', models.CharField(max_length=160, unique=True)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('file', models.FileField(blank=True, upload_to='jobs/')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='jobs', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
                'indexes': [
                    models.Index(condition=models.Q(('status', 'queued')), fields=['next_at'], name='job_waiting'),
                    models.Index(condition=models.Q(('status', 'running')), fields=['leased_until'], name='job_leased'),
                ],
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
            name='Message',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('tried_since', models.DateTimeField(default=django.utils.timezone.now, help_text='Giving up counts from here.')),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now, help_text='Not before.')),
                ('leased_until', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=300, verbose_name='what went wrong')),
                ('kind', models.CharField(max_length=60)),
                ('address', models.EmailField(help_text='Where it goes; frozen when the message is written.', max_length=254)),
                ('name', models.CharField(blank=True, max_length=160)),
                ('language', models.CharField(default='en', max_length=10)),
                ('target_type', models.CharField(max_length=60)),
                ('target_id', models.CharField(max_length=40)),
                ('data', models.JSONField(default=dict, help_text='Plain placeholders of the text; never content, never a token.')),
                ('key', models.CharField(max_length=160, unique=True)),
                ('priority', models.PositiveSmallIntegerField(default=5, help_text='Lower goes first; 0 is for codes.')),
                ('sent_at', models.DateTimeField(help_text='When it went out; never, where it was withdrawn or refused.', null=True)),
                ('recipient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('status', 'queued')), fields=['next_at'], name='message_waiting'),
                    models.Index(condition=models.Q(('status', 'running')), fields=['leased_until'], name='message_leased'),
                    models.Index(fields=['target_type', 'target_id'], name='message_target'),
                    models.Index(condition=models.Q(('status', 'failed')), fields=['target_type'], name='message_refused'),
                ],
            },
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
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='outbox.message')),
            ],
            options={
                'ordering': ['created_at', 'pk'],
                'indexes': [
                    models.Index(condition=models.Q(('message__isnull', True)), fields=['recipient'], name='digest_waiting'),
                ],
            },
        ),
    ]
