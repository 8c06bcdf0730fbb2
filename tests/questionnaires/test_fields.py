"""From questions to fields: names, repetition, examples, lists."""

from questionnaires.fields import Item, fields_of
from questionnaires.models import Option
from tests.questionnaires.conftest import ask, part_of

SENTENCES = {1: "Follows the runbook.", 2: "Writes the runbook."}
CODE = Item("TEC-1", "Serving", "TEC-1", row=object(), sentences=SENTENCES, expected=2)


def test_a_text_is_one_field_with_its_words_filled_in(section):
    ask(section, "wish", text="What does {{ employee_name }} need?", help="In {{ period }}.", is_required=True)
    [field] = part_of(section, words={"employee_name": "Priya", "period": "2026"}).fields
    assert (field.name, field.kind, field.label, field.help) == ("wish", "text", "What does Priya need?", "In 2026.")
    assert field.is_required


def test_a_list_has_numbered_fields_of_which_the_first_are_required(section):
    ask(section, "results", "text_list", is_required=True, min_items=1, max_items=3, max_length=80)
    fields = part_of(section).fields
    assert [field.name for field in fields] == ["results-1", "results-2", "results-3"]
    assert [field.is_required for field in fields] == [True, False, False]
    assert {field.max_length for field in fields} == {80}
    assert [field.full_label for field in fields] == ["What? 1", "What? 2", "What? 3"]


def test_a_list_of_codes_offers_a_code_beside_each_text(section, scale):
    code = scale.catalogue.codes.create(key="TEC-1", title="Serving", category="technical_skills")
    ask(section, "strong", "code_list", max_items=1)
    text, chosen = part_of(section, codes=[code]).fields
    assert (text.name, chosen.name, chosen.kind) == ("strong-1", "strong-1-code", "code")
    assert [choice.key for choice in chosen.choices] == ["TEC-1"]


def test_an_example_in_words_of_its_own_comes_first_and_a_general_one_after_its_rating(section, scale):
    ask(section, "own", "rating", scale=scale, example="extremes", example_text="Name an occasion.")
    ask(section, "general", "rating", scale=scale, example="below_and_top", text="How often?")
    fields = part_of(section).fields
    assert [field.name for field in fields] == ["own-example", "own", "general", "general-example"]
    assert fields[0].full_label == "Name an occasion."
    assert fields[3].full_label == "One example for “How often?”"
    assert [fields[1].example, fields[2].example] == ["own-example", "general-example"]


def test_a_section_is_asked_of_every_item_with_texts_before_ratings(section, scale):
    section.repeat_for = "codes"
    ask(section, "level", "rating", scale=scale, example="extremes", example_text="An example.")
    ask(section, "more")
    other = Item("TEC-2", "Testing", "TEC-2", row=None)
    part = part_of(section, items=lambda repeat: {"codes": [CODE, other]}[repeat])
    assert [group.title for group in part.groups] == ["Serving", "Testing"]
    names = [field.name for field in part.groups[0].fields]
    assert names == ["level-TEC-1-example", "more-TEC-1", "level-TEC-1"]
    assert len(fields_of([part])) == 6
    assert part.groups[0].fields[0].full_label == "TEC-1: An example."


def test_an_item_describes_its_scores_and_the_scale_the_rest(section, scale):
    section.repeat_for = "codes"
    ask(section, "level", "rating", scale=scale)
    [field] = part_of(section, items=lambda repeat: [CODE]).fields
    sentences = [choice.sentence for choice in field.choices]
    assert sentences == ["Follows the runbook.", "Writes the runbook.", "In general.", "In general."]


def test_nothing_is_asked_where_there_is_nothing_to_repeat_for(section):
    section.repeat_for, section.help = "goals", "One by one."
    ask(section, "outcome")
    part = part_of(section, items=lambda repeat: [])
    assert (part.fields, part.shown_help) == ([], "")


def test_boxes_are_choices_and_a_checklist_wants_all_of_them(section):
    for key, kind in (("praise", "choices"), ("check", "checklist")):
        question = ask(section, key, kind)
        Option.objects.create(question=question, order=0, key="one", label="One")
    praise, check = part_of(section).fields
    assert [praise.kind, praise.must_check_all, check.must_check_all] == ["boxes", False, True]
    assert [choice.label for choice in praise.choices] == ["One"]


def test_a_text_that_depends_on_another_answer_names_its_field(section):
    first = ask(section, "praise")
    ask(section, "words", required_if=first)
    assert part_of(section).fields[1].required_if == "praise"
    section.repeat_for = "codes"
    assert part_of(section, items=lambda repeat: [CODE]).fields[1].required_if == "praise-TEC-1"


def test_a_meaning_is_found_without_a_key(section, scale):
    ask(section, "whatever", "rating", scale=scale, meaning="overall")
    part = part_of(section)
    assert part.has("overall")
    assert not part.has("growth")
