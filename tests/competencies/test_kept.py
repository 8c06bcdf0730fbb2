"""The database itself keeps a published version as it is, whatever it is asked and by whom."""

import pytest
from django.db import IntegrityError, connection, transaction

from competencies.models import Catalogue
from competencies.services import discard, new_version
from foundation.workflow.moves import perform
from tests.factories import make_catalogue


@pytest.fixture
def versions(cast, catalogue):
    """One version in use, one draft."""
    return catalogue, new_version(by=cast.hr, note="Second edition")


@pytest.fixture
def guards(db):
    """Those against deletion and emptying, which the suite takes away to empty its databases."""
    from importlib import import_module

    from tests.conftest import CATALOGUE

    migrations = [import_module(f"{app}.migrations.0001_initial") for app in ("competencies", "questionnaires")]
    which = "POSTGRESQL" if connection.vendor == "postgresql" else "SQLITE"
    statements = [statement for migration in migrations for statement in getattr(migration, which)]
    names = tuple(f"{table}_{what}" for table in CATALOGUE for what in ("no_delete", "no_truncate"))
    with connection.cursor() as cursor:
        for statement in statements:
            if statement.split()[2] in names:
                cursor.execute(statement)


CODES = "(SELECT id FROM competencies_code WHERE catalogue_id = %s)"
SCALES = "(SELECT id FROM competencies_scale WHERE catalogue_id = %s)"
TEMPLATES = "(SELECT id FROM questionnaires_reviewtemplate WHERE catalogue_id = %s)"
FORMS = "(SELECT id FROM questionnaires_questionnaire WHERE catalogue_id = %s)"
SECTIONS = f"(SELECT id FROM questionnaires_section WHERE questionnaire_id IN {FORMS})"
QUESTIONS = f"(SELECT id FROM questionnaires_question WHERE section_id IN {SECTIONS})"
# Each with the id of the version as its only value; of a draft all of them are done.
CHANGES = [
    "UPDATE competencies_catalogue SET note = 'Forged' WHERE id = %s",
    "UPDATE competencies_code SET title = 'Forged' WHERE catalogue_id = %s",
    f"UPDATE competencies_indicator SET text = 'Forged' WHERE code_id IN {CODES}",
    f"UPDATE competencies_expectation SET level = 1 WHERE code_id IN {CODES}",
    "UPDATE competencies_scale SET title = 'Forged' WHERE catalogue_id = %s",
    f"UPDATE competencies_point SET score = 1 WHERE scale_id IN {SCALES}",
    "UPDATE questionnaires_reviewtemplate SET title = 'Forged' WHERE catalogue_id = %s",
    f"UPDATE questionnaires_templatestage SET days = 1 WHERE template_id IN {TEMPLATES}",
    "UPDATE questionnaires_questionnaire SET minutes = 1 WHERE catalogue_id = %s",
    f"UPDATE questionnaires_section SET title = 'Forged' WHERE questionnaire_id IN {FORMS}",
    f"UPDATE questionnaires_question SET text = 'Forged' WHERE section_id IN {SECTIONS}",
    f"UPDATE questionnaires_option SET label = 'Forged' WHERE question_id IN {QUESTIONS}",
    f"DELETE FROM questionnaires_option WHERE question_id IN {QUESTIONS}",
    f"DELETE FROM questionnaires_templatestage WHERE template_id IN {TEMPLATES}",
    f"DELETE FROM competencies_indicator WHERE code_id IN {CODES}",
    f"DELETE FROM competencies_expectation WHERE code_id IN {CODES}",
    f"DELETE FROM competencies_point WHERE scale_id IN {SCALES} AND score IS NULL",
]


def run(statement, *values) -> int:
    """How many rows it touched."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def key(row):
    """A primary key as this database holds it."""
    return row.pk if connection.vendor == "postgresql" else row.pk.hex


@pytest.mark.parametrize("statement", CHANGES)
def test_sql_changes_a_draft_and_never_what_is_published(versions, guards, statement):
    published, draft = versions
    assert run(statement, key(draft)) > 0
    with pytest.raises(IntegrityError, match="a published catalogue never changes"):
        run(statement, key(published))


@pytest.mark.parametrize("table", ["code", "scale", "catalogue"])
def test_sql_does_not_delete_what_is_published(versions, guards, table):
    published, _draft = versions
    column = "id" if table == "catalogue" else "catalogue_id"
    with pytest.raises(IntegrityError, match="a published catalogue never changes"):
        run(f"DELETE FROM competencies_{table} WHERE {column} = %s", key(published))
    assert Catalogue.objects.current().codes.count() == 29


ROWS = {
    "code": ("catalogue_id", "published", "draft"),
    "scale": ("catalogue_id", "published", "draft"),
    "indicator": ("code_id", "published_code", "draft_code"),
    "expectation": ("code_id", "published_code", "draft_code"),
    "point": ("scale_id", "published_scale", "draft_scale"),
}


@pytest.mark.parametrize("table", ROWS)
def test_nothing_is_moved_into_or_out_of_what_is_published(versions, guards, table):
    published, draft = versions
    things = {
        "published": published,
        "draft": draft,
        "published_code": published.codes.get(key="TEC-CICD"),
        "draft_code": draft.codes.get(key="TEC-CICD"),
        "published_scale": published.scales.get(key="overall_4"),
        "draft_scale": draft.scales.get(key="overall_4"),
    }
    column, inside, outside = ROWS[table]
    for start, end in ((inside, outside), (outside, inside)):
        with pytest.raises(IntegrityError, match="a published catalogue never changes"):
            run(
                f"UPDATE competencies_{table} SET {column} = %s WHERE {column} = %s",
                key(things[end]),
                key(things[start]),
            )


def test_nothing_is_added_to_what_is_published(versions):
    published, draft = versions
    code, scale = published.codes.first(), published.scales.first()
    added = [
        lambda: published.codes.create(key="TEC-NEW", category="technical_skills", title="New"),
        lambda: published.scales.create(key="new", title="New"),
        lambda: code.expectations.model.objects.create(code=code, grade_id="MLO1", level=1),
        lambda: code.indicators.model.objects.create(code=code, level=1, text="New"),
        lambda: scale.points.create(key="new", order=9, label="New"),
        lambda: published.questionnaires.first().sections.create(key="new", order=9),
        lambda: published.templates.first().stages.create(key="new", order=9, title="New", days=1),
    ]
    for add in added:
        with pytest.raises(IntegrityError, match="a published catalogue never changes"), transaction.atomic():
            add()
    draft.codes.create(key="TEC-NEW", category="technical_skills", title="New")


def test_what_is_published_does_not_become_a_draft_again(versions):
    published, _draft = versions
    with pytest.raises(IntegrityError, match="a published catalogue never changes"):
        run("UPDATE competencies_catalogue SET status = 'draft' WHERE id = %s", key(published))


def test_a_draft_is_published_and_discarded_as_ever(cast, versions, guards):
    _published, draft = versions
    perform(draft, "publish", by=cast.hr)
    assert Catalogue.objects.current() == draft
    third = new_version(by=cast.hr, note="Third edition")
    discard(third, by=cast.hr)
    assert set(Catalogue.objects.all()) == set(versions)


def test_the_tables_are_not_emptied(versions, guards, on_postgres):
    if on_postgres:
        run("SET CONSTRAINTS ALL IMMEDIATE")  # nothing else may be pending
        with pytest.raises(IntegrityError, match="a published catalogue never changes"):
            run("TRUNCATE competencies_indicator")
    else:
        with pytest.raises(IntegrityError, match="a published catalogue never changes"):
            run("DELETE FROM competencies_indicator")


def test_before_anything_is_published_all_is_free(db, guards):
    make_catalogue(codes=2).delete()
    assert not Catalogue.objects.exists()
