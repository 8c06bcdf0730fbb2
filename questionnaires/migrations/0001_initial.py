import django.db.models.deletion
import uuid
from django.db import migrations, models

from foundation.migration_sql import run_sql

# As the catalogue it belongs to: nothing of a published version is added, changed or deleted.
# Per table how a row leads to its catalogue; in the statements ROW stands for OLD or NEW.
OF_QUESTIONNAIRE = "(SELECT catalogue_id FROM questionnaires_questionnaire WHERE id = {})"
OF_SECTION = OF_QUESTIONNAIRE.format("(SELECT questionnaire_id FROM questionnaires_section WHERE id = {})")
CATALOGUE_OF = {
    "questionnaires_reviewtemplate": "ROW.catalogue_id",
    "questionnaires_templatestage": "(SELECT catalogue_id FROM questionnaires_reviewtemplate WHERE id = ROW.template_id)",
    "questionnaires_questionnaire": "ROW.catalogue_id",
    "questionnaires_section": OF_QUESTIONNAIRE.format("ROW.questionnaire_id"),
    "questionnaires_question": OF_SECTION.format("ROW.section_id"),
    "questionnaires_option": OF_SECTION.format(
        "(SELECT section_id FROM questionnaires_question WHERE id = ROW.question_id)"
    ),
}
POSTGRESQL, SQLITE = [], []
for table, catalogue in CATALOGUE_OF.items():
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
        f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION competencies_refuse_truncate()""",
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
    """What is asked, as rows of a version of the catalogue: review templates and questionnaires."""

    initial = True

    dependencies = [
        ('competencies', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReviewTemplate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=60)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('title', models.CharField(max_length=160)),
                ('catalogue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='templates', to='competencies.catalogue')),
                ('code_scale', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='competencies.scale')),
                ('goal_scale', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='competencies.scale')),
                ('overall_scale', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='competencies.scale')),
            ],
            options={
                'ordering': ['order', 'title'],
                'constraints': [
                    models.UniqueConstraint(fields=('catalogue', 'key'), name='one_template_per_key_and_catalogue'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Questionnaire',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('purpose', models.CharField(choices=[('feedback', 'Feedback from collaborators'), ('self_assessment', 'Self-assessment'), ('evaluation', 'Evaluation'), ('summary', 'Summary')], max_length=20)),
                ('key', models.CharField(help_text='A relation (data_scientist …), or the key of its template.', max_length=60)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('title', models.CharField(max_length=160)),
                ('audience', models.TextField(blank=True)),
                ('intro', models.TextField(blank=True, help_text='As the texts of questions, with placeholders.')),
                ('minutes', models.PositiveSmallIntegerField(default=8)),
                ('is_pooled', models.BooleanField(default=True, help_text='Small groups of this relation may be pooled with others; never direct reports.')),
                ('catalogue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questionnaires', to='competencies.catalogue')),
                ('template', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='questionnaires', to='questionnaires.reviewtemplate')),
            ],
            options={
                'ordering': ['purpose', 'order'],
                'constraints': [
                    models.UniqueConstraint(fields=('catalogue', 'purpose', 'key'), name='one_questionnaire_per_purpose_and_key'),
                    models.CheckConstraint(condition=models.Q(models.Q(('purpose', 'feedback'), ('template__isnull', True)), models.Q(models.Q(('purpose', 'feedback'), _negated=True), ('template__isnull', False)), _connector='OR'), name='what_is_written_in_a_review_has_a_template'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=60)),
                ('order', models.PositiveSmallIntegerField()),
                ('title', models.CharField(blank=True, max_length=160)),
                ('help', models.TextField(blank=True)),
                ('repeat_for', models.CharField(blank=True, choices=[('goals', 'Each goal of the period'), ('codes', 'Each performance code')], max_length=10)),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sections', to='questionnaires.questionnaire')),
            ],
            options={
                'ordering': ['order'],
                'constraints': [
                    models.UniqueConstraint(fields=('questionnaire', 'key'), name='one_section_per_key'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=40)),
                ('order', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('contact', 'How closely you worked together'), ('rating', 'A sentence on a scale'), ('text', 'In your own words'), ('text_list', 'Several texts'), ('code_list', 'Several texts, each with a performance code'), ('choices', 'Boxes to tick'), ('checklist', 'Boxes that all have to be ticked')], max_length=10)),
                ('text', models.TextField()),
                ('help', models.TextField(blank=True)),
                ('is_required', models.BooleanField(default=False)),
                ('max_length', models.PositiveIntegerField(default=5000, help_text='Characters of a text, or of an example.')),
                ('min_items', models.PositiveSmallIntegerField(default=0, help_text='Texts of a list that are required.')),
                ('max_items', models.PositiveSmallIntegerField(default=1, help_text='Texts of a list that there is room for.')),
                ('example', models.CharField(choices=[('never', 'No example'), ('below_and_top', 'Up to the limit of the scale, and at its top'), ('extremes', 'At both ends of the scale'), ('scored', 'With every score; none for “not observed” and its kin')], default='never', max_length=15)),
                ('example_text', models.TextField(blank=True, help_text='What is asked for as an example; empty: in general words.')),
                ('meaning', models.CharField(blank=True, choices=[('overall', 'Overall result'), ('achievements', 'Key achievements'), ('strengths', 'Strengths, what to keep'), ('growth', 'Growth areas, what could change'), ('statement', 'Overall statement')], max_length=15)),
                ('code', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='questions', to='competencies.code')),
                ('required_if', models.ForeignKey(blank=True, help_text='Required once that question of the same section is answered.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='questionnaires.question')),
                ('scale', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='competencies.scale')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='questionnaires.section')),
            ],
            options={
                'ordering': ['order'],
                'constraints': [
                    models.UniqueConstraint(fields=('section', 'key'), name='one_question_per_key'),
                    models.CheckConstraint(condition=models.Q(('key__contains', '-'), _negated=True), name='question_keys_have_no_hyphen'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['contact', 'rating']), ('scale__isnull', False)), models.Q(models.Q(('kind__in', ['contact', 'rating']), _negated=True), ('scale__isnull', True)), _connector='OR'), name='what_is_rated_has_a_scale'),
                ],
            },
        ),
        migrations.CreateModel(
            name='TemplateStage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=30)),
                ('order', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('purpose', models.TextField(blank=True)),
                ('texts', models.JSONField(default=dict, help_text='Display text per sub-state: not_started … skipped.')),
                ('is_enabled', models.BooleanField(default=True)),
                ('days', models.PositiveSmallIntegerField(help_text='From its start to its deadline.')),
                ('starts_with_previous', models.BooleanField(default=False, help_text='Otherwise it starts when the previous ends.')),
                ('reminder_days', models.JSONField(default=list, help_text='Days before the deadline on which to remind.')),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stages', to='questionnaires.reviewtemplate')),
            ],
            options={
                'ordering': ['order'],
                'constraints': [
                    models.UniqueConstraint(fields=('template', 'key'), name='one_stage_per_key_and_template'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Option',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('key', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=200)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='options', to='questionnaires.question')),
            ],
            options={
                'ordering': ['order'],
                'constraints': [models.UniqueConstraint(fields=('question', 'key'), name='one_option_per_key')],
            },
        ),
        run_sql(postgresql=POSTGRESQL, sqlite=SQLITE),
    ]
