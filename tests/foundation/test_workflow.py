"""perform(): lock, check, step, save, record; a refusal says why, and twenty at once are one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, connection, connections
from django.test.utils import CaptureQueriesContext

from foundation.audit.events import record
from foundation.audit.models import Event
from foundation.audit.wording import action_of
from foundation.workflow.declaration import Move, all_moves
from foundation.workflow.moves import MoveRefused, open_moves, perform, perform_many, why_not
from goals.models import Goal
from tests.factories import make_goal


@pytest.fixture
def goal(cast):
    return make_goal(owner=cast.subject, title="Fewer pages")


def events(goal):
    return list(Event.objects.about(goal).values_list("verb", "actor", "data"))


def test_a_step_is_saved_and_recorded_with_before_and_after(cast):
    goal = make_goal("proposed", owner=cast.subject)
    moved = perform(goal, "take_back", by=cast.subject, reason="Too early")
    assert moved.status == Goal.objects.get(pk=goal.pk).status == "withdrawn"
    data = {"before": "proposed", "after": "withdrawn", "reason": "Too early"}
    assert events(goal) == [("goal.take_back", cast.subject.pk, data)]


def test_the_row_of_the_database_counts_not_the_copy_in_hand(cast):
    goal = make_goal("proposed", owner=cast.subject)
    copy = Goal.objects.get(pk=goal.pk)
    perform(goal, "take_back", by=cast.subject)
    with pytest.raises(MoveRefused, match="It may have moved on"):
        perform(copy, "take_back", by=cast.subject)
    assert len(events(goal)) == 1


def test_a_step_that_is_not_yours_is_refused_and_leaves_nothing(cast):
    goal = make_goal("proposed", owner=cast.subject)
    with pytest.raises(PermissionDenied):
        perform(goal, "take_back", by=cast.stranger)
    assert Goal.objects.get(pk=goal.pk).status == "proposed"
    assert events(goal) == []


def test_a_action_done_for_somebody_names_both(cast):
    goal = make_goal("proposed", owner=cast.subject)
    perform(goal, "take_back", by=cast.subject, on_behalf_of=cast.manager)
    assert Event.objects.about(goal).get().on_behalf_of == cast.manager


def test_a_silent_step_leaves_no_event(cast):
    """cases G19"""
    goal = make_goal("proposed", owner=cast.subject)
    assert perform(goal, "take_back", by=cast.subject, is_silent=True).status == "withdrawn"
    assert not Event.objects.exists()


def test_what_cannot_be_recorded_does_not_happen(cast):
    goal = make_goal("proposed", owner=cast.subject)
    perform(goal, "take_back", by=cast.subject, key="only once")
    other = make_goal("proposed", owner=cast.subject)
    with pytest.raises(IntegrityError):
        perform(other, "take_back", by=cast.subject, key="only once")
    assert Goal.objects.get(pk=other.pk).status == "proposed"


def test_why_not_and_the_open_moves_agree(cast):
    goal = make_goal("agreed", owner=cast.subject)
    assert "status is" in why_not(goal, "take_back")
    assert why_not(goal, "reach") == ""
    names = {move["name"] for move in open_moves(goal, cast.subject)}
    assert "reach" in names
    assert open_moves(goal, cast.stranger) == []


# --- many rows -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3, 30])
def test_many_rows_move_with_the_same_number_of_queries(cast, rows):
    """One for the locks, one for what changed, and of the log its head, the insert and the head again."""
    goals = [make_goal("proposed", owner=cast.subject) for _each in range(rows)]
    record(cast.team, "warm")
    with CaptureQueriesContext(connection) as asked:
        moved = perform_many(goals, "take_back", related=("owner",))
    kinds = [query["sql"].split()[0] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert kinds == ["SELECT", "UPDATE", "SELECT", "INSERT", "UPDATE"]
    assert [goal.pk for goal in moved] == [goal.pk for goal in goals]
    assert set(Goal.objects.values_list("status", flat=True)) == {"withdrawn"}
    assert all(goal.closed_at for goal in Goal.objects.all())
    assert Event.objects.filter(verb="goal.take_back").count() == rows


def test_many_rows_are_recorded_as_single_ones_are(cast):
    goals = [make_goal("proposed", owner=cast.subject) for _each in range(2)]
    perform_many(goals, "take_back", by=cast.subject, reason="Too early")
    data = {"before": "proposed", "after": "withdrawn", "reason": "Too early"}
    for goal in goals:
        assert events(goal) == [("goal.take_back", cast.subject.pk, data)]


@pytest.mark.parametrize(
    ("status", "who", "refusal"), [("draft", "subject", MoveRefused), ("proposed", "stranger", PermissionDenied)]
)
def test_one_refusal_stops_its_whole_batch(cast, status, who, refusal):
    goals = [make_goal("proposed", owner=cast.subject), make_goal(status, owner=cast.subject)]
    with pytest.raises(refusal):
        perform_many(goals, "take_back", by=cast[who])
    assert not Goal.objects.filter(status="withdrawn").exists()
    assert not Event.objects.exists()


def test_a_row_that_is_gone_stops_its_batch(cast):
    goals = [make_goal("proposed", owner=cast.subject) for _each in range(2)]
    Goal.objects.filter(pk=goals[1].pk).delete()
    with pytest.raises(Goal.DoesNotExist):
        perform_many(goals, "take_back", by=cast.subject)
    assert Goal.objects.get().status == "proposed"


def test_nothing_to_move_is_no_error(db):
    assert perform_many(Goal.objects.all(), "take_back") == []


# --- what follows ----------------------------------------------------------------------------------------------------
def test_what_follows_belongs_to_the_move_and_fails_with_it(cast, monkeypatch):
    """The follower is that of the declaration: it hears of all rows of a batch at once, in their transaction."""
    heard = []

    def follower(taken):
        heard.append([(each.verb, each.was["status"], each.row.status, each.by, each.reason) for each in taken])
        raise ZeroDivisionError

    monkeypatch.setattr(Move, "follow", lambda self, taken: follower(taken))
    goals = [make_goal("proposed", owner=cast.subject) for _each in range(2)]
    for act in (lambda: perform(goals[0], "take_back", by=cast.subject), lambda: perform_many(goals, "take_back")):
        with pytest.raises(ZeroDivisionError):
            act()
    step = ("take_back", "proposed", "withdrawn")
    assert heard == [[(*step, cast.subject, "")], [(*step, None, "")] * 2]
    assert not Event.objects.exists()
    assert set(Goal.objects.values_list("status", flat=True)) == {"proposed"}


def test_a_move_cannot_be_given_an_unknown_key():
    with pytest.raises(TypeError):
        Move(done="Done", lable="Do")


def test_the_event_log_calls_every_move_as_it_is_declared():
    for model, verb, move in all_moves():
        assert action_of(f"{model._meta.model_name}.{verb}") == str(move.logged or move.done)


@pytest.mark.parametrize("word", ["delete", "save", "__init__", "get_status_display", ""])
def test_a_word_that_is_no_step_is_refused(cast, goal, word):
    with pytest.raises(MoveRefused):
        perform(goal, word, by=cast.subject)
    assert Goal.objects.filter(pk=goal.pk).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_twenty_identical_steps_at_once_are_one(cast, attempt):
    goal = make_goal("proposed", owner=cast.subject)

    def try_it(_number):
        try:
            perform(Goal.objects.get(pk=goal.pk), "take_back", by=cast.subject)
        except MoveRefused:
            return "refused"
        except OperationalError:
            return "busy"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(try_it, range(20)))
    assert answers.count("done") == 1
    assert connection.vendor == "sqlite" or answers.count("refused") == 19
    assert len(events(goal)) == 1
