"""A fault of ours loses no text: the page that tells of it shows what was written."""

from people.fault_pages import server_error

TEXT = "A long sentence that somebody has just written."


def failed(rf, **data):
    request = rf.post("/goals/new/empty/", data, headers={"Origin": "http://testserver"})
    return server_error(request).content.decode()


def test_the_page_of_a_fault_shows_what_was_written(rf, db):
    """cases A1, A7: text is kept on every refusal, on ours too."""
    assert TEXT in failed(rf, statement=TEXT)
    assert "<b>" not in failed(rf, statement=f"<b>{TEXT}</b>")


def test_it_shows_no_password(rf, db):
    """cases A7"""
    assert TEXT not in failed(rf, password=TEXT, note=TEXT)
