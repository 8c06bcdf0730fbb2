"""The preview of an import: each column can be read otherwise, and nothing is imported that was not seen."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from people.models import User
from tests.factories import make_user

EXPORT = "Kontakt;Name;Büro\nann@x.org;Ann Lee;Bonn\n".encode()


def upload(client, content):
    return client.post(reverse("people:import"), {"file": SimpleUploadedFile("people.csv", content)})


def send(client, page, name="people:import", **chosen):
    return client.post(reverse(name), {"token": page.context["token"]} | chosen)


def test_columns_are_chosen_on_the_preview_and_then_imported(cast, as_):
    """cases E2: a select per column of the file, what is ignored needs a yes, and both stay for the next time."""
    client = as_(cast.hr)
    page = upload(client, EXPORT)
    assert page.status_code == 400
    assert "No column holds the email address" in page.content.decode()
    page = send(client, page, column=["email", "name", "-"], answered="1")
    assert page.status_code == 200
    assert not page.context["invites"]  # HR was asked and said no
    assert "Ignore the column “Büro”" in page.content.decode()
    refused = send(client, page, "people:import_apply", column=["email", "name", "-"], invite="1")
    assert refused.status_code == 400
    assert not User.objects.filter(email="ann@x.org").exists()
    done = send(client, page, "people:import_apply", column=["email", "name", "-"], agree="ignore")
    assert done.url == reverse("people:list")
    assert User.objects.get(email="ann@x.org").name == "Ann Lee"
    again = upload(client, EXPORT)
    assert (again.status_code, again.context["plan"].questions) == (200, [])


def test_a_choice_that_was_not_previewed_is_shown_first(cast, as_):
    """cases E2: changing a select and importing at once imports nothing yet."""
    client = as_(cast.hr)
    page = upload(client, b"email,name,position,note\nann@x.org,Ann Lee,Lead,Best\n")
    changed = send(client, page, "people:import_apply", column=["email", "name", "-", "job_title"], agree="ignore")
    assert changed.status_code == 400
    assert "Check the preview again" in changed.content.decode()
    assert not User.objects.filter(email="ann@x.org").exists()


def test_the_order_of_dates_is_chosen_on_the_preview(cast, as_):
    """cases E2: until then nothing can be imported."""
    client = as_(cast.hr)
    page = upload(client, b"email,name,hire date\nann@x.org,Ann Lee,7/1/2026\n")
    assert not page.context["is_ok"]
    columns = ["email", "name", "joined_on"]
    assert send(client, page, "people:import_apply", column=columns).status_code == 400
    page = send(client, page, column=columns, date_order="mdy")
    assert page.context["invites"]  # inviting stays on until HR was asked
    assert send(client, page, "people:import_apply", column=columns, date_order="mdy").status_code == 302
    assert User.objects.get(email="ann@x.org").joined_on.isoformat() == "2026-07-01"


def test_inviting_is_on_by_default_and_every_changed_column_is_shown(cast, as_):
    """cases E8."""
    header = "email,name,employee_id,job_title,profession,grade,team,manager,joined_on,language,time_zone\n"
    line = f"{cast.peer.email},J. Weber,17,Lead,stakeholder,MLO3,Elsewhere,{cast.head.email},2020-01-01,en,Asia/Tokyo\n"
    page = upload(as_(cast.hr), (header + line + "new@example.org,New Person\n").encode())
    html = page.content.decode()
    assert 'id="invite"' in html
    assert page.context["invites"]
    shown = ["Name:", "Employee ID:", "Job title:", "Profession:", "Team:", "address:", "Joined on:", "Time zone:"]
    assert [words for words in shown if words not in html] == []


def test_people_who_had_left_come_back_where_hr_says_so(cast, as_):
    """cases B3: offered by the import, never silently."""
    User.objects.filter(pk=cast.peer.pk).update(is_active=False)
    content = f"email,name\n{cast.peer.email},Jonas Weber\n".encode()
    client = as_(cast.hr)
    page = upload(client, content)
    assert "Reactivate the person in the file who had left" in page.content.decode()
    send(client, page, "people:import_apply", column=["email", "name"])
    assert not User.objects.get(pk=cast.peer.pk).is_active
    page = upload(client, content)
    send(client, page, "people:import_apply", column=["email", "name"], reactivate="1")
    assert User.objects.get(pk=cast.peer.pk).is_active


def test_adding_somebody_who_was_here_offers_the_way_back(cast, as_):
    """cases B3: Add says so, and keeps what was typed."""
    gone = make_user("Gunnar Gone", is_active=False)
    sent = {"name": "Gunnar Gone", "email": gone.email, "profession": "data_scientist", "joined_on": "2022-01-01"}
    page = as_(cast.hr).post(reverse("people:new"), sent)
    assert page.status_code == 400
    assert reverse("people:reactivate", args=[gone.pk]) in page.content.decode()
    answer = as_(cast.hr).post(reverse("people:invite", args=[gone.pk]), follow=True)
    assert "has left. Reactivate them first." in answer.content.decode()


def test_a_closed_data_folder_is_told_beside_the_file_and_leaves_nothing(cast, as_, settings, tmp_path):
    """cases G13: a file stands where the folder of uploads should be."""
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "imports").write_text("in the way")
    page = upload(as_(cast.hr), EXPORT)
    assert page.status_code == 400
    assert "could not store the file" in str(page.context["form"].errors["file"])
    assert [each.name for each in tmp_path.iterdir()] == ["imports"]
