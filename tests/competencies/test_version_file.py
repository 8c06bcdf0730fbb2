"""One version as one file: what is exported imports the same, and whatever else is uploaded stores nothing."""

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from competencies.models import Catalogue
from competencies.services import _shipped, discard, new_version
from competencies.uploaded import FileRefused
from competencies.version_file import exported, imported
from foundation.audit.models import Event
from people.models import Grade
from questionnaires.models import Question
from questionnaires.states import STAGES
from reviews.states import StageKey

HOSTILE = (
    "{{ x }} {% now 'Y' %} ${HOME} %(text)s {0.__class__} !!python/object <script>alert(1)</script> &a *a\n - é\u2028🙂"
)


@pytest.fixture
def content(cast, db) -> bytes:
    """What an installation exports that has no catalogue afterwards."""
    draft = _shipped(version=1, note="First\nedition")
    file = exported(draft)
    discard(draft, by=cast.hr)
    return file


class NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def changed(content: bytes, change) -> bytes:
    value = yaml.safe_load(content)
    change(value)
    return yaml.dump(value, Dumper=NoAliases, sort_keys=False, allow_unicode=True).encode()


def upload(client, content: bytes, name="version.yaml"):
    return client.post(reverse("competencies:import"), {"file": SimpleUploadedFile(name, content)})


def test_what_is_exported_imports_into_an_empty_installation_and_exports_the_same(cast, as_, content):
    Grade.objects.exclude(pk__in=[cast.subject.grade_id]).delete()
    client = as_(cast.hr)
    answer = upload(client, content)
    draft = Catalogue.objects.get()
    assert answer.url == draft.get_absolute_url()
    assert (draft.status, draft.version) == ("draft", 1)
    answer = client.get(reverse("competencies:export", args=[draft.pk]))
    assert answer.content == content
    assert answer["Content-Type"].startswith("application/yaml")
    assert "version-1.yaml" in answer["Content-Disposition"]
    assert Event.objects.filter(verb="catalogue.imported", actor=cast.hr).count() == 1


def test_everything_of_a_changed_version_survives_and_no_text_is_a_template(cast, as_, content):
    draft = imported(content, by=cast.hr)
    Catalogue.objects.filter(pk=draft.pk).update(note=HOSTILE)
    draft.codes.update(description=HOSTILE)
    Question.objects.filter(section__questionnaire__catalogue=draft).update(help=HOSTILE)
    draft = Catalogue.objects.get(pk=draft.pk)
    file = exported(draft)
    discard(draft, by=cast.hr)
    again = imported(file, by=cast.hr)
    assert exported(Catalogue.objects.get(pk=again.pk)) == file
    assert again.note == HOSTILE
    page = as_(cast.hr).get(again.get_absolute_url()).content.decode()
    assert "{{ x }} {% now &#x27;Y&#x27; %} ${HOME}" in page
    assert "<script>alert" not in page


def test_a_published_version_is_exported_too_by_hr_alone(cast, as_, catalogue):
    url = reverse("competencies:export", args=[catalogue.pk])
    assert as_(cast.hr).get(url).status_code == 200
    for person in (cast.manager, cast.subject, cast.auditor, cast.it):
        assert as_(person).get(url).status_code == 404
        assert as_(person).get(reverse("competencies:import")).status_code == 404


def test_the_stages_a_file_has_are_those_of_reviews():
    assert list(STAGES) == StageKey.values


BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n" % (98 + n, 98 + n, *[97 + n] * 9) for n in range(9)
)
NO_VERSION = {
    "empty": (b"", "not an exported version"),
    "another file": (b"hello: world", "not an exported version"),
    "a list": (b"- 1\n- 2", "not an exported version"),
    "a number": (b"5", "not an exported version"),
    "another schema": (b"kind: plumbline_catalogue\nschema_version: 2", "not an exported version"),
    "broken": (b"kind: [a, b", "this is not YAML."),
    "tabs": (b"kind:\n\t- x", "this is not YAML."),
    "control": (b"kind: \x00\x01", "not YAML"),
    "two documents": (b"kind: a\n---\nkind: b", "this is not YAML."),
    "binary": (b"\xff\xfe\x00\x80PK\x03\x04", "not text in UTF-8"),
    "bomb": (BOMB, "anchors and aliases are not read"),
    "cycle": (b"kind: &a\n  x: *a", "anchors and aliases are not read"),
    "merge": (b"kind: &a {b: 1}\nx: {<<: *a}", "anchors and aliases are not read"),
    "python": (b"kind: !!python/object/apply:os.system ['id']", "tags are not read"),
    "own tag": (b"kind: !thing x", "tags are not read"),
    "deep": (b"[" * 100_000, "nested too deeply"),
    "deep braces": (b"{a: " * 50_000, "nested too deeply"),
    "key twice": (b"kind: a\nkind: b", "a key is a word that stands once"),
    "key is a list": (b"? [a]\n: b", "a key is a word that stands once"),
    "large": (b"x" * 2_000_001, "larger than 2 MB"),
    "10 MB": (b"- x\n" * 2_500_000, "larger than 2 MB"),
}


@pytest.mark.parametrize("name", NO_VERSION)
def test_a_file_that_is_no_version_is_told_and_stores_nothing(cast, as_, db, name):
    content, words = NO_VERSION[name]
    answer = upload(as_(cast.hr), content)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Catalogue.objects.exists()


def put(*path):
    """Sets the last of `path` where the others lead."""
    *places, last, value = path

    def change(content):
        for place in places:
            content = content[place]
        content[last] = value

    return change


QUESTION = ("questionnaires", 0, "sections", 0, "questions", 0)
WRONG = {
    "unknown key": (put("colour", "red"), "colour: is not known here"),
    "unknown key below": (put("codes", 0, "weight", 3), "codes[TEC-CICD].weight: is not known here"),
    "key that is a number": (put("codes", 0, 7, "x"), "codes[TEC-CICD].7: is not known here"),
    "codes are a text": (put("codes", "none"), "codes: must be a list of at most 1000"),
    "a code is a number": (put("codes", 0, 5), "codes[0]: must have named values"),
    "code twice": (put("codes", 1, "key", "TEC-CICD"), "codes[TEC-CICD]: stands here twice"),
    "title is a list": (put("title", ["a"]), "title: must be a text"),
    "title missing": (put("title", None), "title: is missing"),
    "title too long": (put("title", "x" * 161), "title: has 161 characters"),
    "NUL": (put("title", "a\0b"), "title: This text holds a character that cannot be stored"),
    "category": (put("codes", 0, "category", "magic"), "codes[TEC-CICD].category: “magic” is not known here"),
    "category is a list": (put("codes", 0, "category", ["a"]), "is not known here"),
    "core is a text": (put("codes", 0, "is_core", "yes please"), "codes[TEC-CICD].is_core: must be true or false"),
    "level 6": (put("codes", 0, "indicators", {6: "x"}), "codes[TEC-CICD].indicators[6]: levels run from 1 to 5"),
    "levels are a list": (put("codes", 0, "indicators", [1]), "codes[TEC-CICD].indicators: must have named values"),
    "unknown grade": (put("codes", 0, "expected_levels", {"X9": 2}), "there is no such grade"),
    "level of a grade": (put("codes", 0, "expected_levels", {"MLO1": 9}), "must be from 1 to 5"),
    "huge number": (put("scales", 0, "points", 0, "score", 10**400), "must be a whole number"),
    "weight": (put("scales", 0, "points", 0, "weight", 2), "weight: must be a number from 0 to 1"),
    "infinite": (put("scales", 0, "points", 0, "weight", float("nan")), "weight: must be a number from 0 to 1"),
    "scale of a template": (put("templates", 0, "overall_scale", "none"), "overall_scale: “none” is not known here"),
    "no templates": (put("templates", []), "templates: is missing"),
    "stages": (lambda content: content["templates"][0]["stages"].pop(), "stages: must be self_assessment"),
    "days": (put("templates", 0, "stages", 0, "days", 0), "days: must be from 1 to 365"),
    "reminders": (put("templates", 0, "stages", 0, "reminder_days", ["x"]), "must be a list of numbers"),
    "texts": (put("templates", 0, "stages", 0, "texts", {"dancing": "x"}), "texts.dancing: is not known here"),
    "purpose": (put("questionnaires", 0, "purpose", "gossip"), "questionnaires[0].purpose: “gossip”"),
    "form gone": (lambda content: content["questionnaires"].pop(0), "has no form for Evaluation"),
    "form twice": (lambda content: content["questionnaires"].append(content["questionnaires"][0]), "stands here twice"),
    "kind": (put(*QUESTION, "kind", "essay"), "kind: “essay” is not known here"),
    "kind without scale": (put(*QUESTION, "scale", None), "scale: is missing"),
    "question key": (put(*QUESTION, "key", "a-b"), "key: holds characters that a key has not"),
    "required by itself": (put(*QUESTION, "required_if", "mg_outcome"), "required_if: “mg_outcome” is not known here"),
    "code": (put(*QUESTION, "code", "TEC-NONE"), "code: “TEC-NONE” is not known here"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_told_with_its_path_and_stores_nothing(cast, as_, content, name):
    change, words = WRONG[name]
    grades, events = Grade.objects.count(), Event.objects.count()
    answer = upload(as_(cast.hr), changed(content, change))
    assert answer.status_code == 400
    assert any(words in error for error in answer.context["errors"]), answer.context["errors"]
    assert not Catalogue.objects.exists()
    assert (Grade.objects.count(), Event.objects.count()) == (grades, events)


def test_many_errors_are_told_at_once_but_not_without_end(cast, content):
    def break_all(value):
        for code in value["codes"]:
            code["a"] = code["b"] = code["c"] = 1

    with pytest.raises(FileRefused) as refused:
        imported(changed(content, break_all), by=cast.hr)
    assert len(refused.value.errors) == 50


def test_while_a_draft_is_open_no_other_is_imported(cast, as_, catalogue):
    draft = new_version(by=cast.hr, note="Next")
    answer = upload(as_(cast.hr), exported(draft))
    assert "Another draft is open." in answer.content.decode()
    assert Catalogue.objects.count() == 2


def test_a_file_has_to_be_chosen(cast, as_, db):
    answer = as_(cast.hr).post(reverse("competencies:import"))
    assert answer.status_code == 400
    assert "file" in answer.context["form"].errors
