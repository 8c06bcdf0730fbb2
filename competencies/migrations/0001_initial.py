import django.db.models.deletion
import uuid
from django.db import migrations, models

from foundation.migration_sql import run_sql

# A published version never changes: nothing in it is added, changed or deleted, whoever asks the database to.
# Per table how a row leads to its catalogue; in the statements ROW stands for OLD or NEW.
CATALOGUE_OF = {
    "competencies_catalogue": "ROW.id",
    "competencies_code": "ROW.catalogue_id",
    "competencies_scale": "ROW.catalogue_id",
    "competencies_indicator": "(SELECT catalogue_id FROM competencies_code WHERE id = ROW.code_id)",
    "competencies_expectation": "(SELECT catalogue_id FROM competencies_code WHERE id = ROW.code_id)",
    "competencies_point": "(SELECT catalogue_id FROM competencies_scale WHERE id = ROW.scale_id)",
}
# FOR SHARE: a version that is being published at this moment is waited for, and seen as it is then.
POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION competencies_refuse_if_published(catalogue uuid) RETURNS void LANGUAGE plpgsql AS $$
       BEGIN
         IF (SELECT status FROM competencies_catalogue WHERE id = catalogue FOR SHARE) = 'published' THEN
           RAISE EXCEPTION 'a published catalogue never changes' USING ERRCODE = 'integrity_constraint_violation';
         END IF;
       END $$""",
    """CREATE OR REPLACE FUNCTION competencies_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF EXISTS (SELECT 1 FROM competencies_catalogue WHERE status = 'published') THEN
           RAISE EXCEPTION 'a published catalogue never changes' USING ERRCODE = 'integrity_constraint_violation';
         END IF;
         RETURN NULL;
       END $$""",
    # A row of a catalogue may be published, but not be touched once it is.
    """CREATE OR REPLACE FUNCTION competencies_catalogue_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF OLD.status = 'published' THEN
           RAISE EXCEPTION 'a published catalogue never changes' USING ERRCODE = 'integrity_constraint_violation';
         END IF;
         IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER competencies_catalogue_kept BEFORE UPDATE OR DELETE ON competencies_catalogue
       FOR EACH ROW EXECUTE FUNCTION competencies_catalogue_is_kept()""",
]
SQLITE = [
    """CREATE TRIGGER competencies_catalogue_no_update BEFORE UPDATE ON competencies_catalogue
       WHEN OLD.status = 'published'
       BEGIN SELECT RAISE(ABORT, 'a published catalogue never changes'); END""",
    """CREATE TRIGGER competencies_catalogue_no_delete BEFORE DELETE ON competencies_catalogue
       WHEN OLD.status = 'published'
       BEGIN SELECT RAISE(ABORT, 'a published catalogue never changes'); END""",
]
for table, catalogue in CATALOGUE_OF.items():
    POSTGRESQL.append(
        f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION competencies_refuse_truncate()"""
    )
    if table == "competencies_catalogue":
        continue
    old, new = catalogue.replace("ROW", "OLD"), catalogue.replace("ROW", "NEW")
    POSTGRESQL += [
        f"""CREATE OR REPLACE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF TG_OP <> 'INSERT' THEN PERFORM competencies_refuse_if_published({old}); END IF;
              IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
              PERFORM competencies_refuse_if_published({new});
              RETURN NEW;
            END $$""",
        f"""CREATE TRIGGER {table}_kept BEFORE INSERT OR UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_is_kept()""",
    ]
    for action, rows in {"insert": [new], "update": [old, new], "delete": [old]}.items():
        SQLITE.append(
            f"""CREATE TRIGGER {table}_no_{action} BEFORE {action.upper()} ON {table}
                WHEN EXISTS (
                  SELECT 1 FROM competencies_catalogue WHERE id IN ({", ".join(rows)}) AND status = 'published'
                )
                BEGIN SELECT RAISE(ABORT, 'a published catalogue never changes'); END"""
        )


class Migration(migrations.Migration):
    """The catalogue: codes with their levels and scales, by version; what is published is kept as it is."""

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
                ('status', models.CharField(choices=[('draft', 'In preparation'), ('published', 'Published')], default='draft', max_length=50, verbose_name='status')),
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
                'constraints': [
                    models.UniqueConstraint(fields=('catalogue', 'key'), name='one_code_per_key_and_catalogue'),
                ],
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
                'constraints': [
                    models.UniqueConstraint(fields=('code', 'grade'), name='one_expectation_per_grade'),
                    models.CheckConstraint(condition=models.Q(('level__range', (1, 5))), name='expected_levels_run_from_1_to_5'),
                ],
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
                'constraints': [
                    models.UniqueConstraint(fields=('code', 'level'), name='one_sentence_per_level'),
                    models.CheckConstraint(condition=models.Q(('level__range', (1, 5))), name='levels_run_from_1_to_5'),
                ],
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
                'constraints': [
                    models.UniqueConstraint(fields=('catalogue', 'key'), name='one_scale_per_key_and_catalogue'),
                ],
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
                'constraints': [
                    models.UniqueConstraint(fields=('scale', 'key'), name='one_point_per_key_and_scale'),
                ],
            },
        ),
        run_sql(postgresql=POSTGRESQL, sqlite=SQLITE),
    ]
