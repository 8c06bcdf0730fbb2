"""Web, worker and clock as one process that a newcomer starts and ends."""

import os
import signal

import pytest

from tests.config.started import HR, OwnDatabase, Served, command_of, manage, surroundings


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Where one installation keeps its things: a data folder, and a database where the run has PostgreSQL."""
    with OwnDatabase(os.environ.get("DATABASE_URL")) as database:
        yield tmp_path_factory.mktemp("served") / "data", database


@pytest.fixture(scope="module")
def served(place):
    data, database = place
    running = Served(data, **database, **HR).ready()
    yield running
    running.kill()


def alive(pids) -> list[int]:
    return [pid for pid in pids if any(command_of(pid))]


def test_prints_its_address_and_where_the_mails_are(served):
    assert f"Plumbline is ready: {served.address}" in served.said
    assert f"{served.address}/mailbox/" in served.said
    assert "hr@firm.example may sign in now." in served.said


def test_serves_the_sign_in_page_and_the_mails(served):
    assert "Sign in" in served.page("/accounts/login/")
    assert "No emails yet" in served.page("/mailbox/")


def test_says_nothing_that_would_worry_a_newcomer(served):
    assert "Warning" not in served.said
    assert "WARNING" not in served.said


def test_keeps_the_data_folder_to_itself(served, place):
    data, _ = place
    assert data.stat().st_mode & 0o777 == 0o700
    assert (data / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_second_one_on_the_same_port_is_refused_in_one_line(served, tmp_path):
    answer = manage("serve", "--bind", f"127.0.0.1:{served.port}", env=surroundings(tmp_path / "other"))
    assert answer.returncode == 1
    refusal = f"Port {served.port} on 127.0.0.1 is taken. Choose another: PORT={served.port + 10} make run"
    assert answer.stderr.splitlines() == [f"CommandError: {refusal}"]
    assert not (tmp_path / "other/plumbline.sqlite3").exists()


@pytest.mark.parametrize("name", ["worker", "mail", "beat", "web"])
def test_a_killed_child_comes_back(served, name):
    before = served.child(name)
    os.kill(before, signal.SIGKILL)
    served.until(lambda: served.child(name) not in (None, before))
    assert f"{name} ended and starts again in 2 s" in served.said
    served.family |= {served.child(name)}


def test_the_signal_to_end_ends_everything_within_twenty_seconds(served):
    served.until(lambda: served.answers)
    served.ready()
    assert len(alive(served.family)) >= 5
    assert served.end(signal.SIGTERM) < 20
    assert served.process.returncode == 0
    assert alive(served.family) == []
    assert "Plumbline has ended." in served.said


def test_a_second_start_keeps_the_data_and_asks_nothing(served, place):
    data, database = place
    again = Served(data, **database).ready()
    assert "may sign in now" not in again.said
    assert again.end(signal.SIGINT) < 20
    assert alive(again.family) == []


def test_children_do_not_outlive_a_parent_that_was_killed(served, place):
    data, database = place
    running = Served(data, **database).ready()
    running.kill()
    running.until(lambda: not alive(running.family), seconds=25)


def test_without_a_terminal_it_says_which_variables_to_set(tmp_path):
    answer = manage("serve", "--bind", "127.0.0.1:0", env=surroundings(tmp_path / "data", DATABASE_URL=""))
    assert answer.returncode == 1
    variables = "FIRST_HR_EMAIL, FIRST_HR_NAME, FIRST_HR_PASSWORD"
    assert answer.stderr.splitlines()[-1] == f"CommandError: No terminal to ask on: set {variables}."


def test_an_address_without_a_port_is_refused(tmp_path):
    answer = manage("serve", "--bind", "somewhere", env=surroundings(tmp_path / "data"))
    assert answer.stderr.splitlines() == ["CommandError: --bind: 'somewhere' is not host:port"]


def test_a_database_that_does_not_answer_is_one_line(tmp_path):
    env = surroundings(tmp_path / "data", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    answer = manage("serve", "--bind", "127.0.0.1:0", env=env)
    assert answer.returncode == 1
    assert answer.stderr.startswith("CommandError: The database does not answer: ")
    assert len(answer.stderr.splitlines()) == 1
