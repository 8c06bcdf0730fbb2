import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from goals.models import Change, CheckIn, Goal, GoalTemplate, Objective
from goals.services import ask_change, check_in, load_starter_goals
from tests.factories import make_evidence, make_goal, make_user
from tests.opened import opened

TODAY = timezone.localdate()


@pytest.fixture
def starter(catalogue):
    load_starter_goals()


def posted(**values):
    """A valid goal form."""
    defaults = {"title": "Cut retry failures", "kind": "number", "direction": "decrease", "baseline": "5"}
    defaults |= {"target": "0.5", "unit": "per day", "starts_on": TODAY.isoformat(), "weight": "30"}
    defaults |= {"due_on": (TODAY + timedelta(90)).isoformat(), "visibility": "private", "key": str(uuid.uuid4())}
    return defaults | values


# --- lists ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3, 30])
def test_own_goals_cost_the_same_for_any_number(cast, as_, django_assert_num_queries, rows):
    for _ in range(rows):
        goal = make_goal(owner=cast.subject, status="agreed")
        check_in(goal, by=cast.subject, value=3)
    client = as_(cast.subject)
    with django_assert_num_queries(8):
        page = client.get(reverse("goals:list"))
    assert page.content.count(b"row-title") == rows


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_goals_of_the_team_cost_the_same_for_any_number(cast, as_, django_assert_num_queries, rows):
    for number in range(rows):
        make_goal(owner=make_user(f"Report {number}", manager=cast.manager), status="agreed")
    client = as_(cast.manager)
    with django_assert_num_queries(9):
        page = client.get(reverse("goals:team"))
    assert page.content.count(b"row-title") == rows


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_a_goal_with_its_history_costs_the_same_for_any_length(cast, as_, django_assert_num_queries, rows, catalogue):
    goal = make_goal(owner=cast.subject, status="agreed")
    for _ in range(rows):
        check_in(goal, by=cast.subject, value=3)
        make_evidence(cast.subject, [goal]).codes.set(catalogue.codes.all()[:2])
    client = as_(cast.manager)
    with django_assert_num_queries(15):
        page = client.get(goal.get_absolute_url())
    assert page.status_code == 200


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_evidence_costs_the_same_for_any_number(cast, as_, django_assert_num_queries, rows):
    goal = make_goal(owner=cast.subject)
    for _ in range(rows):
        make_evidence(cast.subject, [goal])
    client = as_(cast.subject)
    with django_assert_num_queries(11):
        assert client.get(reverse("goals:evidence")).content.count(b"Edit<") == rows


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_objectives_cost_the_same_for_any_number(cast, as_, django_assert_num_queries, rows):
    for number in range(rows):
        objective = Objective.objects.create(key=f"o-{number}", title=f"Objective {number}")
        make_goal(owner=cast.subject, objective=objective, status="agreed")
    client = as_(cast.subject)
    with django_assert_num_queries(9):
        assert client.get(reverse("goals:objectives")).content.count(b"1 goal<") == rows


def test_objectives_show_branches_contributions_and_orphans(cast, as_):
    parent = Objective.objects.create(key="up", title="Stay up")
    below = Objective.objects.create(key="recover", title="Recover fast", parent=parent)
    make_goal(owner=cast.subject, title="Rehearse restores", objective=below, status="agreed")
    make_goal(owner=cast.subject, title="Read a book", status="agreed")
    page = as_(cast.subject).get(reverse("goals:objectives")).content.decode()
    assert (
        page.index("Stay up") < page.index("Recover fast") < page.index("Rehearse restores") < page.index("Read a book")
    )
    assert "1 running goal you can see" in page
    assert "Rehearse restores" in as_(cast.manager).get(below.get_absolute_url()).content.decode()
    assert "Read a book" in as_(cast.manager).get(reverse("goals:orphans")).content.decode()
    assert "Read a book" not in as_(cast.stranger).get(reverse("goals:orphans")).content.decode()


def test_only_people_with_reports_have_a_team_page(cast, as_):
    assert as_(cast.manager).get(reverse("goals:team")).status_code == 200
    assert as_(cast.subject).get(reverse("goals:team")).status_code == 404


def test_the_goals_of_a_person_are_shown_as_far_as_the_viewer_reads_them(cast, as_):
    make_goal(owner=cast.subject, title="Private matter", status="agreed")
    make_goal(owner=cast.subject, title="Team matter", status="agreed", visibility="team")
    url = reverse("goals:person", args=[cast.subject.pk])
    assert "Private matter" in as_(cast.manager).get(url).content.decode()
    page = as_(cast.peer).get(url).content.decode()
    assert "Team matter" in page
    assert "Private matter" not in page
    assert "No goals to show" in as_(cast.stranger).get(url).content.decode()


# --- writing -------------------------------------------------------------------------------------------------------
def test_a_goal_begins_as_a_draft_of_its_writer_whatever_else_is_posted(cast, as_):
    extra = {"owner": str(cast.peer.pk), "status": "agreed", "agreed_by": str(cast.subject.pk), "current": "9"}
    as_(cast.subject).post(reverse("goals:create"), posted(**extra))
    goal = Goal.objects.get()
    assert (goal.owner, goal.status, goal.current, goal.agreed_by) == (cast.subject, "draft", None, None)


def test_the_same_form_twice_makes_one_goal(cast, as_):
    form, client = posted(), as_(cast.subject)
    answers = [client.post(reverse("goals:create"), form).url for _ in range(3)]
    assert Goal.objects.count() == 1
    assert len(set(answers)) == 1


def test_a_contradiction_is_told_beside_its_field_and_nothing_typed_is_lost(cast, as_):
    bad = posted(direction="increase", due_on=(TODAY - timedelta(1)).isoformat(), title="Keep this title")
    page = as_(cast.subject).post(reverse("goals:create"), bad).content.decode()
    assert "match the direction from baseline to target." in page
    assert "The deadline is before the start." in page
    assert 'value="Keep this title"' in page
    assert not Goal.objects.exists()


def test_checking_a_goal_advises_and_saves_nothing(cast, as_):
    page = as_(cast.subject).post(reverse("goals:create"), posted(title="Improve things", check="1")).content.decode()
    assert "“improve” leaves open what will be different" in page
    assert 'value="Improve things"' in page
    assert not Goal.objects.exists()


def test_htmx_gets_the_advice_alone(cast, as_):
    answer = as_(cast.subject).post(reverse("goals:create"), posted(check="1"), headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith("<section")


def test_advice_on_a_form_that_cannot_be_read_names_the_gaps(cast, as_):
    url, headers = reverse("goals:create"), {"HX-Request": "true"}
    page = as_(cast.subject).post(url, posted(check="1", title=""), headers=headers).content.decode()
    assert "Title: This field is required." in page


def test_the_owner_edits_a_draft_and_nobody_else_does(cast, as_):
    goal = make_goal(owner=cast.subject)
    url = reverse("goals:edit", args=[goal.pk])
    assert as_(cast.subject).get(url).status_code == 200
    as_(cast.subject).post(url, posted(title="Sharper", version="1"))
    assert Goal.objects.get().title == "Sharper"
    assert as_(cast.manager).get(url).status_code == 404
    agreed = make_goal(owner=cast.subject, status="agreed")
    assert as_(cast.subject).get(reverse("goals:edit", args=[agreed.pk])).status_code == 404


def test_a_form_overtaken_by_another_tab_is_answered_with_both_texts(cast, as_):
    goal = make_goal(owner=cast.subject)
    url, client = reverse("goals:edit", args=[goal.pk]), as_(cast.subject)
    client.post(url, posted(title="First tab", version="1"))
    answer = client.post(url, posted(title="Second tab", version="1"))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'value="Second tab"' in page
    assert "First tab" in page
    assert Goal.objects.get().title == "First tab"
    client.post(url, posted(title="Second tab", version="2"))
    assert Goal.objects.get().title == "Second tab"


def test_a_draft_may_be_deleted_but_a_proposed_goal_may_not(cast, as_):
    draft, proposed = make_goal(owner=cast.subject), make_goal(owner=cast.subject, status="proposed")
    client = as_(cast.subject)
    client.post(reverse("goals:delete", args=[draft.pk]))
    assert client.post(reverse("goals:delete", args=[proposed.pk])).status_code == 404
    assert set(Goal.objects.all()) == {proposed}


def test_a_manager_assigns_a_template_to_reports_only(cast, as_, starter):
    template = GoalTemplate.objects.get(key="deploy-frequency")
    url = reverse("goals:from_template", args=[template.pk])
    form = {"key": str(uuid.uuid4()), "service": "ranking-api", "baseline": "1", "target": "4", "weight": "20"}
    form |= {"starts_on": TODAY.isoformat(), "due_on": (TODAY + timedelta(90)).isoformat()}
    client = as_(cast.manager)
    page = client.post(url, form | {"owners": [cast.stranger.pk]})
    assert "not one of the available choices" in page.content.decode()
    assert 'value="ranking-api"' in page.content.decode()
    client.post(url, form | {"owners": [cast.subject.pk, cast.peer.pk]})
    assert set(Goal.objects.values_list("owner__name", "status")) == {
        ("Priya Raman", "proposed"),
        ("Jonas Weber", "proposed"),
    }


def test_templates_are_found_by_words(cast, as_, starter):
    page = as_(cast.subject).get(reverse("goals:new"), {"q": "accelerator"}).content.decode()
    assert page.count('class="row-title"') == 1
    assert as_(cast.subject).get(reverse("goals:new")).content.decode().count('class="row-title"') == 37


def test_goals_are_carried_into_the_next_period(cast, as_):
    goal = make_goal(owner=cast.subject, status="agreed", title="Unfinished")
    url = reverse("goals:carry_over")
    assert "Unfinished" in as_(cast.subject).get(url).content.decode()
    form = {"goals": [goal.pk], "start": TODAY.isoformat(), "end": (TODAY + timedelta(200)).isoformat()}
    as_(cast.subject).post(url, form)
    assert Goal.objects.get(carried_from=goal).status == "draft"


def test_the_owner_decides_who_reads_a_goal(cast, as_):
    goal = make_goal(owner=cast.subject, status="agreed")
    url = reverse("goals:share", args=[goal.pk])
    assert as_(cast.peer).get(goal.get_absolute_url()).status_code == 404
    client = as_(cast.subject)
    client.post(url, {"visibility": "team", "title": "Forged"} | opened(client, url))
    assert as_(cast.peer).get(goal.get_absolute_url()).status_code == 200
    assert as_(cast.manager).post(url, {"visibility": "private"}).status_code == 404
    assert Goal.objects.get().title == goal.title


def test_the_owner_names_their_own_part_in_a_figure_of_the_team(cast, as_):
    goal = make_goal(owner=cast.subject, status="agreed", is_team_measure=True)
    url = reverse("goals:share", args=[goal.pk])
    client = as_(cast.subject)
    typed = {"visibility": "private", "contribution": "I write the release gate."}
    client.post(url, typed | opened(client, url))
    assert "I write the release gate." in as_(cast.manager).get(goal.get_absolute_url()).content.decode()
    own = make_goal(owner=cast.subject, status="agreed")
    assert "contribution" not in as_(cast.subject).get(reverse("goals:share", args=[own.pk])).content.decode()


# --- life ----------------------------------------------------------------------------------------------------------
def test_a_goal_is_proposed_agreed_and_reached_by_its_two_sides(cast, as_):
    goal = make_goal(owner=cast.subject)
    steps = [
        (cast.subject, "propose", "proposed"),
        (cast.manager, "agree", "agreed"),
        (cast.subject, "reach", "reached"),
    ]
    for person, verb, status in steps:
        assert as_(person).post(reverse("goals:step", args=[goal.pk, verb])).status_code == 302
        assert Goal.objects.get().status == status


def test_nobody_agrees_with_their_own_proposal(cast, as_):
    goal = make_goal(owner=cast.subject, status="proposed")
    assert as_(cast.subject).post(reverse("goals:step", args=[goal.pk, "agree"])).status_code == 404
    assert Goal.objects.get().status == "proposed"


def test_a_late_click_is_told_that_the_goal_has_moved_on(cast, as_):
    goal = make_goal(owner=cast.subject, status="agreed")
    page = as_(cast.subject).post(reverse("goals:step", args=[goal.pk, "propose"]), follow=True).content.decode()
    assert "It may have moved on since you opened the page." in page


def test_a_refused_move_says_why_on_the_page(cast, as_):
    goal = make_goal(owner=cast.subject, due_on=TODAY - timedelta(1), starts_on=TODAY - timedelta(9))
    page = as_(cast.subject).get(goal.get_absolute_url()).content.decode()
    assert "A deadline in the past cannot be agreed." in page


def test_returning_a_goal_needs_a_reason_which_both_sides_read(cast, as_):
    goal = make_goal(owner=cast.subject, status="proposed")
    url = reverse("goals:step", args=[goal.pk, "return_to_owner"])
    assert "Return with a note" in as_(cast.manager).get(url).content.decode()
    assert "This field is required." in as_(cast.manager).post(url, {"reason": ""}).content.decode()
    as_(cast.manager).post(url, {"reason": "Which service?"})
    assert "Which service?" in as_(cast.subject).get(goal.get_absolute_url()).content.decode()


def test_an_agreed_goal_is_not_dropped_by_one_side_alone(cast, as_):
    goal = make_goal(owner=cast.subject, status="agreed")
    assert as_(cast.subject).post(reverse("goals:step", args=[goal.pk, "withdraw"])).status_code == 404
    as_(cast.subject).post(reverse("goals:change", args=[goal.pk]), {"is_withdrawal": "on", "note": "Retired."})
    change = Change.objects.get()
    assert "Priya Raman proposes a change" in as_(cast.manager).get(goal.get_absolute_url()).content.decode()
    as_(cast.manager).post(reverse("goals:answer_change", args=[change.pk, "accept"]))
    assert Goal.objects.get().status == "withdrawn"


def test_a_change_that_changes_nothing_is_refused_with_the_note_kept(cast, as_):
    goal = make_goal(owner=cast.subject, status="agreed")
    page = as_(cast.subject).post(reverse("goals:change", args=[goal.pk]), {"note": "Please."}).content.decode()
    assert "Enter a new target or a new deadline" in page
    assert "Please." in page


def test_the_team_reads_a_shared_goal_without_its_negotiation(cast, as_):
    goal = make_goal(owner=cast.subject, status="agreed", visibility="team")
    ask_change(goal, by=cast.subject, note="A private reason.", target=5)
    assert "A private reason." in as_(cast.manager).get(goal.get_absolute_url()).content.decode()
    page = as_(cast.peer).get(goal.get_absolute_url()).content.decode()
    assert "A private reason." not in page
    assert "Change proposed" not in page
    assert as_(cast.peer).get(reverse("goals:change", args=[goal.pk])).status_code == 404


def test_checking_in_shows_the_new_progress(cast, as_):
    goal = make_goal(owner=cast.subject, status="agreed")
    url = reverse("goals:check_in", args=[goal.pk])
    form = {"value": "4", "confidence": "at_risk", "comment": "Half the jobs moved.", "key": str(uuid.uuid4())}
    for _ in range(2):
        as_(cast.subject).post(url, form)
    assert CheckIn.objects.count() == 1
    page = as_(cast.subject).get(goal.get_absolute_url()).content.decode()
    assert "40 %" in page
    assert "Half the jobs moved." in page


def test_htmx_gets_the_progress_alone_with_an_empty_form(cast, as_):
    goal = make_goal(owner=cast.subject, status="agreed")
    form = {"value": "4", "confidence": "on_track", "comment": "Typed words"}
    url, headers = reverse("goals:check_in", args=[goal.pk]), {"HX-Request": "true"}
    page = as_(cast.subject).post(url, form, headers=headers).content.decode()
    assert page.lstrip().startswith("<section")
    assert page.count("Typed words") == 1
    refused = as_(cast.subject).post(url, {"confidence": "on_track"}, headers=headers).content.decode()
    assert "Enter a value, or write what happened." in refused


def test_a_yes_or_no_goal_is_checked_in_by_choice(cast, as_):
    goal = make_goal(owner=cast.subject, status="agreed", kind="yes_no", target=1)
    as_(cast.subject).post(reverse("goals:check_in", args=[goal.pk]), {"value": "1", "confidence": "on_track"})
    assert Goal.objects.get().progress == 100


def test_only_the_two_sides_have_the_check_in_page(cast, as_):
    goal = make_goal(owner=cast.subject, status="agreed", visibility="team")
    url = reverse("goals:check_in", args=[goal.pk])
    allowed = {
        name for name in ("subject", "manager", "hr", "peer", "stranger") if as_(cast[name]).get(url).status_code == 200
    }
    assert allowed == {"subject", "manager"}
