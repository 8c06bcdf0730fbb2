"""Whom to ask: proposing, completing, approving, adding, removing; who sees what of it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from feedback import services
from feedback.models import Answer, AttributedAnswer, FeedbackRequest, FeedbackRound
from feedback.nominations import suggestions as candidates
from foundation.audit.models import Event
from foundation.outbox.models import Message
from foundation.workflow.moves import MoveRefused
from people.models import Delegation
from tests.factories import answers_to, make_collecting_round, make_request, make_round, make_team, make_user


@pytest.fixture
def round(cast):
    return make_round(cast.subject)


def fill(round, count, relation="data_scientist"):
    return [make_request(round, relation=relation, status="proposed", added_by=round.subject) for _each in range(count)]


def stand_in(principal, person):
    today = timezone.localdate()
    Delegation.objects.create(principal=principal, stand_in=person, starts_on=today, ends_on=today)


def messages(kind):
    return list(Message.objects.filter(kind=kind).values_list("address", flat=True))


def test_the_subject_proposes_colleagues_and_outsiders_and_sends_the_list(cast, as_, round):
    client, url = as_(cast.subject), f"/feedback/rounds/{round.pk}/"
    client.post(f"{url}propose/", {"giver": cast.peer.pk, "relation": "peer_mlops_engineer"})
    outsiders = [("Ada", "Ada@Example.com"), ("Ben", "ben@example.com"), ("Cem", "cem@example.com")]
    for name, email in outsiders:
        client.post(f"{url}propose/", {"name": name, "email": email, "relation": "stakeholder"})
    assert set(round.requests.values_list("email", "status")) == {
        (cast.peer.email, "proposed"),
        ("ada@example.com", "proposed"),
        ("ben@example.com", "proposed"),
        ("cem@example.com", "proposed"),
    }
    client.post(f"{url}send/")
    client.post(f"{url}send/")
    assert messages("nomination_approval") == [cast.manager.email]


def test_a_list_outside_min_and_max_is_not_sent(cast, round):
    fill(round, 3)
    with pytest.raises(MoveRefused, match="4 to 8"):
        services.submit_list(round, by=cast.subject)
    fill(round, 5)
    with pytest.raises(MoveRefused, match="8 people at most"):
        services.propose(round, by=cast.subject, name="X", email="x@example.com", relation="stakeholder")


@pytest.mark.parametrize(
    ("who", "why"),
    [("subject", "about themselves"), ("manager", "writes the evaluation"), ("gone", "has left")],
)
def test_some_people_cannot_be_asked(cast, round, who, why):
    giver = make_user("Gone", is_active=False) if who == "gone" else cast[who]
    with pytest.raises(MoveRefused, match=why):
        services.propose(round, by=cast.subject, giver=giver, relation="stakeholder")


def test_an_outsiders_address_that_belongs_to_a_colleague_asks_the_colleague(cast, round):
    email = cast.peer.email.upper()
    request = services.propose(round, by=cast.subject, name="Someone", email=email, relation="stakeholder")
    assert request.giver == cast.peer
    with pytest.raises(MoveRefused, match="already"):
        services.propose(round, by=cast.subject, giver=cast.peer, relation="stakeholder")


def test_nobody_asks_the_subject_by_address(cast, round):
    with pytest.raises(MoveRefused, match="themselves"):
        services.propose(round, by=cast.subject, name="Me", email="Priya.Raman@example.org", relation="stakeholder")


def test_strangers_propose_nothing(cast, round):
    with pytest.raises(PermissionDenied):
        services.propose(round, by=cast.stranger, giver=cast.peer, relation="stakeholder")


def test_approval_asks_everyone_once(cast, round):
    fill(round, 4)
    make_request(round, giver=cast.peer, relation="peer_mlops_engineer", status="proposed")
    round = services.approve(round, by=cast.manager)
    assert round.status == "collecting"
    assert set(round.requests.values_list("status", "confidentiality", "k_scores", "k_texts")) == {
        ("asked", "anonymous", 3, 4)
    }
    assert messages("nomination") == [cast.peer.email]
    assert len(messages("feedback_request_external")) == 4
    services.approve(round, by=cast.manager)
    assert len(messages("feedback_request_external")) == 4


def test_a_round_that_could_not_keep_its_confidentiality_is_not_started(cast, round):
    fill(round, 2)
    with pytest.raises(MoveRefused, match="needs more people"):
        services.approve(round, by=cast.manager)
    assert not Message.objects.exists()
    named = make_round(make_user(manager=cast.manager), confidentiality="attributed")
    fill(named, 1)
    assert services.approve(named, by=cast.manager).status == "collecting"


def test_only_the_manager_a_stand_in_and_hr_approve(cast, round, as_):
    fill(round, 4)
    for who in ("subject", "peer", "stranger", "auditor", "it"):
        assert as_(cast[who]).post(f"/feedback/rounds/{round.pk}/approve/").status_code == 404
    assert FeedbackRound.objects.get().status == "nominating"
    today = round.closes_on
    from django.utils import timezone

    Delegation.objects.create(
        principal=cast.manager, stand_in=cast.stranger, starts_on=timezone.localdate(), ends_on=today
    )
    services.approve(round, by=cast.stranger)
    event = Event.objects.get(verb="feedbackround.collect")
    assert (event.actor, event.on_behalf_of) == (cast.stranger, cast.manager)


def test_a_stand_in_for_the_manager_never_leads_the_round_about_themselves(cast, round, as_):
    stand_in(cast.manager, cast.subject)
    fill(round, 4)
    assert as_(cast.subject).post(f"/feedback/rounds/{round.pk}/approve/").status_code == 404


def test_the_list_goes_back_with_a_note_that_the_subject_reads(cast, round, as_):
    fill(round, 4)
    services.submit_list(round, by=cast.subject)
    as_(cast.manager).post(f"/feedback/rounds/{round.pk}/return/", {"reason": "Please add somebody from product."})
    assert "add somebody from product" in as_(cast.subject).get(f"/feedback/rounds/{round.pk}/").content.decode()
    assert messages("returned_for_changes") == [cast.subject.email]
    services.submit_list(round, by=cast.subject)
    assert len(messages("nomination_approval")) == 2


def test_removing_needs_a_reason_which_the_subject_reads(cast, round, as_):
    [request] = fill(round, 1)
    url = f"/feedback/requests/{request.pk}/remove/"
    page = as_(cast.manager).post(url, {"reason": ""})
    assert page.status_code == 400
    assert FeedbackRequest.objects.get().status == "proposed"
    as_(cast.manager).post(url, {"reason": "Worked with another team."})
    assert FeedbackRequest.objects.get().status == "removed"
    text = as_(cast.subject).get(f"/feedback/rounds/{round.pk}/").content.decode()
    assert "Worked with another team." in text


def test_the_subject_takes_back_only_own_proposals(cast, round, as_):
    [own] = fill(round, 1)
    added = make_request(round, status="proposed", added_by=cast.manager)
    assert as_(cast.subject).post(f"/feedback/requests/{added.pk}/remove/").status_code == 404
    assert as_(cast.subject).post(f"/feedback/requests/{own.pk}/remove/").status_code == 302
    assert set(round.requests.values_list("status", flat=True)) == {"removed", "proposed"}


def test_somebody_added_while_collecting_is_asked_at_once(cast):
    round, _asked = make_collecting_round(cast.subject, ["stakeholder"] * 3)
    services.add(round, by=cast.manager, giver=cast.peer, relation="peer_mlops_engineer")
    assert messages("nomination") == [cast.peer.email]
    with pytest.raises(MoveRefused, match="approved"):
        services.propose(round, by=cast.subject, name="X", email="x@example.com", relation="stakeholder")


def test_the_cap_of_a_collaborator_holds_and_a_substitute_is_offered(cast, as_, round):
    free = make_user("Free Colleague", team=cast.team)
    for number in range(6):
        other = make_round(make_user(f"Other {number}", manager=cast.head), status="collecting")
        make_request(other, giver=cast.peer, relation="peer_mlops_engineer")
    fill(round, 3)
    request = make_request(round, giver=cast.peer, relation="peer_mlops_engineer", status="proposed")
    with pytest.raises(MoveRefused, match="Jonas Weber: asked by 6"):
        services.approve(round, by=cast.manager)
    page = as_(cast.manager).get(f"/feedback/rounds/{round.pk}/")
    row = next(row for row in page.context["rows"] if row["request"] == request)
    assert row["load"] == 6
    assert row["is_full"]
    assert free in [each.person for each in row["others"]]
    assert "reached the request limit" in page.content.decode()


def test_a_decline_is_told_to_the_manager_with_substitutes_and_kept_from_the_subject(cast, as_, collecting):
    services.decline(collecting.asked[0], reason="I left the project")
    url = f"/feedback/rounds/{collecting.pk}/"
    leader, subject = as_(cast.manager).get(url), as_(cast.subject).get(url)
    assert "I left the project" in leader.content.decode()
    assert [row["status"].value for row in leader.context["rows"]].count("declined") == 1
    assert "I left the project" not in subject.content.decode()
    assert {row["status"].value for row in subject.context["rows"]} == {"asked"}


def test_suggestions_come_from_the_team_the_past_and_other_rooms(cast, round, monkeypatch):
    past = make_round(cast.subject, status="released")
    make_request(past, giver=cast.stranger, status="asked")
    goal_mate = make_user("Goal Mate")
    monkeypatch.setattr(candidates, "SOURCES", [*candidates.SOURCES, lambda round: [(goal_mate, "shared goal")]])
    found = {each.person.name: each.why for each in candidates.suggestions(round, {cast.subject.pk, cast.manager.pk})}
    assert found == {"Sten Fremd": "asked before", "Jonas Weber": "same team", "Goal Mate": "shared goal"}


def test_direct_reports_are_suggested_however_large_the_team_is(cast, round):
    for number in range(40):
        make_user(f"Aa Teammate {number}", team=cast.team)
    report = make_user("Zoe Report", manager=cast.subject)
    found = [each.person for each in candidates.suggestions(round, {cast.subject.pk, cast.manager.pk})]
    assert found[0] == report


def test_search_finds_people_by_name_and_leaves_out_those_who_cannot_be_added(cast, as_, round):
    make_request(round, giver=cast.peer, status="proposed")
    page = as_(cast.subject).get(f"/feedback/rounds/{round.pk}/", {"q": "example"})
    found = {each.person for each in page.context["offered"]}
    assert cast.stranger in found
    assert not found & {cast.peer, cast.subject, cast.manager}


def test_no_source_of_suggestions_hides_another_and_all_reasons_are_told(cast, round, monkeypatch):
    past = make_round(cast.subject, status="released")
    for _each in range(9):
        make_request(past, giver=make_user(), status="asked")
    mate = make_user("Goal Mate", team=cast.team)
    monkeypatch.setattr(candidates, "SOURCES", [*candidates.SOURCES, lambda round: [(mate, "shared goal")]])
    found = candidates.suggestions(round, {cast.subject.pk, cast.manager.pk})
    assert len(found) == candidates.MOST_SUGGESTIONS
    assert next(set(each.why.split(", ")) for each in found if each.person == mate) == {"same team", "shared goal"}


def test_a_search_that_is_cut_says_so_and_leads_back_to_the_suggestions(cast, as_, round):
    for number in range(12):
        make_user(f"Common Name {number}")
    url = f"/feedback/rounds/{round.pk}/"
    page = as_(cast.subject).get(url, {"q": "common"})
    assert len(page.context["offered"]) == 10
    assert "There may be more" in page.content.decode()
    assert f'href="{url}#add"' in page.content.decode()
    assert "There may be more" not in as_(cast.subject).get(url, {"q": "jonas"}).content.decode()


def test_the_subject_sees_whom_the_manager_added_and_no_longer_what_was_taken_back(cast, as_, round):
    fill(round, 2)
    services.add(round, by=cast.manager, giver=cast.peer, relation="peer_mlops_engineer")
    back, taken = fill(round, 2)
    services.remove(back, by=cast.subject)
    services.remove(taken, by=cast.manager, reason="Worked with another team.")
    page = as_(cast.subject).get(f"/feedback/rounds/{round.pk}/")
    assert "added by Marta Keller" in page.content.decode()
    assert back not in [row["request"] for row in page.context["rows"]]
    assert page.context["rows"][-1]["request"] == taken
    assert page.context["count"] == 3


def test_the_number_on_the_list_of_the_subject_does_not_tell_that_somebody_declined(cast, as_, collecting):
    url = f"/feedback/rounds/{collecting.pk}/"
    assert "6 on the list" in as_(cast.subject).get(url).content.decode()
    services.decline(collecting.asked[0])
    assert "6 on the list" in as_(cast.subject).get(url).content.decode()
    assert "5 on the list" in as_(cast.manager).get(url).content.decode()


def test_a_full_list_offers_nobody_and_says_why(cast, as_, round):
    fill(round, 8)
    page = as_(cast.subject).get(f"/feedback/rounds/{round.pk}/")
    assert "The list is full" in page.content.decode()
    assert page.context["offered"] == []


def test_the_manager_sees_the_load_of_those_who_could_be_added(cast, as_, round):
    for number in range(6):
        make_request(make_round(make_user(f"Other {number}", manager=cast.head), status="collecting"), giver=cast.peer)
    url = f"/feedback/rounds/{round.pk}/"
    [offer] = [each for each in as_(cast.manager).get(url).context["offered"] if each.person == cast.peer]
    assert offer.load == 6
    assert "has reached the limit" in as_(cast.manager).get(url).content.decode()
    assert "has reached the limit" not in as_(cast.subject).get(url).content.decode()


def test_a_substitute_comes_from_the_team_of_the_one_who_declined(cast, as_, collecting):
    science = make_team("Risk science")
    giver = make_user("Dana Scientist", team=science, profession="data_scientist")
    for number in range(5):
        make_user(f"Anybody {number}", profession="data_scientist")
    near = make_user("Zoe Scientist", team=science, profession="data_scientist")
    request = make_request(collecting, giver=giver, status="declined")
    page = as_(cast.manager).get(f"/feedback/rounds/{collecting.pk}/")
    row = next(row for row in page.context["rows"] if row["request"] == request)
    assert row["others"][0].person == near


def test_a_substitute_takes_the_place_of_a_full_colleague_even_on_a_full_list(cast, as_, round):
    free = make_user("Free Colleague", team=cast.team)
    for number in range(6):
        make_request(make_round(make_user(f"Other {number}", manager=cast.head), status="collecting"), giver=cast.peer)
    fill(round, 7)
    full = make_request(round, giver=cast.peer, relation="peer_mlops_engineer", status="proposed")
    posted = {"giver": free.pk, "relation": "peer_mlops_engineer", "instead": full.pk}
    url = f"/feedback/rounds/{round.pk}/propose/"
    as_(cast.manager).post(url, posted | {"giver": cast.subject.pk})
    assert FeedbackRequest.objects.get(pk=full.pk).status == "proposed"  # nobody leaves for somebody who cannot come
    as_(cast.subject).post(url, posted)
    assert (
        FeedbackRequest.objects.get(pk=full.pk).status == "proposed"
    )  # whom others should make room for, the manager says
    as_(cast.manager).post(url, posted)
    assert FeedbackRequest.objects.get(pk=full.pk).status == "removed"
    assert FeedbackRequest.objects.get(giver=free).status == "proposed"


def test_where_no_place_is_free_nobody_is_offered_for_those_who_declined(cast, as_):
    round, _asked = make_collecting_round(cast.subject, ["data_scientist"] * 8)
    make_user("Free Scientist", profession="data_scientist", team=cast.team)
    make_request(round, relation="data_scientist", status="declined")
    page = as_(cast.manager).get(f"/feedback/rounds/{round.pk}/")
    assert not any(row["others"] for row in page.context["rows"])
    assert "HR withdraws a request" in page.content.decode()


@pytest.mark.parametrize("who", ["subject", "manager"])
def test_a_refused_outsider_stays_typed_with_the_reason(cast, as_, round, who):
    make_request(round, email="ada@example.com", status="proposed")
    typed = {"name": "Ada Kept", "email": "Ada@example.com", "relation": "stakeholder"}
    text = as_(cast[who]).post(f"/feedback/rounds/{round.pk}/propose/", typed).content.decode()
    assert "on the list already" in text
    assert 'value="Ada Kept"' in text
    assert f'action="/feedback/rounds/{round.pk}/#add" role="search"' in text  # not the address of the refused form


def test_the_note_of_a_list_that_went_back_speaks_to_each_of_the_two(cast, as_, round):
    fill(round, 4)
    services.submit_list(round, by=cast.subject)
    services.return_list(round, by=cast.manager, note="Somebody from product, please.")
    url = f"/feedback/rounds/{round.pk}/"
    assert "Your list was returned" in as_(cast.subject).get(url).content.decode()
    manager = as_(cast.manager).get(url).content.decode()
    assert "Returned to Priya Raman" in manager
    assert "submitted the list yet" in manager


@pytest.mark.parametrize("page", ["rounds/{round}/return/", "requests/{request}/remove/"])
def test_whoever_gives_a_reason_is_told_who_reads_it(cast, as_, round, page):
    request = fill(round, 4)[0]
    text = as_(cast.manager).get("/feedback/" + page.format(round=round.pk, request=request.pk)).content.decode()
    assert "Priya Raman reads" in text


def test_a_list_that_can_show_nothing_is_told_with_the_way_out(cast, as_, round):
    fill(round, 2)
    fill(round, 2, "direct_report")
    text = as_(cast.manager).get(f"/feedback/rounds/{round.pk}/").content.decode()
    assert "With this list, no ratings could be shown" in text
    assert "1 more would make a group." in text


def test_the_mix_of_relations_is_told_in_words_before_approving(cast, as_, round):
    fill(round, 4)
    fill(round, 2, "direct_report")
    page = as_(cast.manager).get(f"/feedback/rounds/{round.pk}/").content.decode()
    assert "Data scientists (4): enough for a group of their own" in page
    assert "Direct reports (2): too few" in page
    assert "Comments: enough" in page
    assert "enough for a group" not in as_(cast.subject).get(f"/feedback/rounds/{round.pk}/").content.decode()


def test_a_mistake_shows_beside_its_field_and_what_was_typed_stays(cast, as_, round):
    typed = {"name": "Ada Kept", "email": "not an address", "relation": "stakeholder"}
    page = as_(cast.subject).post(f"/feedback/rounds/{round.pk}/propose/", typed)
    text = page.content.decode()
    assert page.status_code == 400
    assert "Ada Kept" in text
    assert "not an address" in text
    assert 'aria-invalid="true"' in text
    assert not FeedbackRequest.objects.exists()


def test_extra_fields_of_a_proposal_are_ignored(cast, as_, round):
    extra = {"status": "asked", "confidentiality": "attributed", "k_scores": 1, "round": "x", "added_by": cast.hr.pk}
    fields = {"name": "Ada", "email": "ada@example.com", "relation": "stakeholder"}
    as_(cast.subject).post(f"/feedback/rounds/{round.pk}/propose/", fields | extra)
    request = FeedbackRequest.objects.get()
    assert (request.status, request.confidentiality, request.added_by) == ("proposed", "", cast.subject)


@pytest.mark.parametrize("who", ["peer", "stranger", "auditor", "it", "head"])
def test_a_round_does_not_exist_for_others(cast, as_, collecting, who):
    client = as_(cast[who])
    for page in ("", "results/", "return/"):
        assert client.get(f"/feedback/rounds/{collecting.pk}/{page}").status_code == 404
    for action in ("propose/", "send/", "approve/"):
        assert client.post(f"/feedback/rounds/{collecting.pk}/{action}").status_code == 404
    assert client.post(f"/feedback/requests/{collecting.asked[0].pk}/remove/").status_code == 404


def test_hr_partners_handle_their_teams_never_themselves_or_their_manager(cast, as_):
    partner = make_user("Petra Partner", team=cast.team, manager=cast.manager)
    cast.team.hr_partners.add(partner)
    cast.team.hr_partners.add(make_user("Second Partner"))
    about = {
        name: make_round(person, manager=cast.head)
        for name, person in {
            "subject": cast.subject,
            "partner": partner,
            "her manager": cast.manager,
            "stranger": cast.stranger,
        }.items()
    }
    visible = list(FeedbackRound.objects.visible_to(partner))
    assert sorted(visible, key=str) == sorted([about["subject"], about["partner"]], key=str)
    assert about["partner"] not in FeedbackRound.objects.run_by_hr(partner)


def test_the_confidentiality_is_only_made_stronger_once_somebody_was_asked(cast, round):
    services.set_confidentiality([round], confidentiality="attributed", k_scores=3, k_texts=4, by=cast.hr)
    services.set_confidentiality([round], confidentiality="anonymous", k_scores=4, k_texts=6, by=cast.hr)
    fill(round, 4)
    services.approve(FeedbackRound.objects.get(), by=cast.manager)
    for weaker in [("attributed", 4, 6), ("anonymous", 3, 6), ("anonymous", 4, 5)]:
        with pytest.raises(MoveRefused, match="never weaker"):
            services.set_confidentiality(
                [round], confidentiality=weaker[0], k_scores=weaker[1], k_texts=weaker[2], by=cast.hr
            )
    services.set_confidentiality([round], confidentiality="anonymous", k_scores=5, k_texts=6, by=cast.hr)
    assert FeedbackRound.objects.get().k_scores == 5


@pytest.mark.parametrize("size", [1, 3, 30])
def test_the_confidentiality_of_many_rounds_is_changed_together(cast, size, django_assert_num_queries):
    rounds = [make_round(make_user(manager=cast.manager)) for _ in range(size)]
    with django_assert_num_queries(6):
        services.set_confidentiality(rounds, confidentiality="anonymous", k_scores=4, k_texts=5, by=None)
    assert set(FeedbackRound.objects.values_list("k_scores", "k_texts")) == {(4, 5)}


def test_nothing_is_changed_where_one_of_many_would_become_weaker(cast):
    others = [make_round(make_user(manager=cast.manager)) for _ in range(3)]
    asked, _requests = make_collecting_round(cast.subject, ["stakeholder"] * 4)
    with pytest.raises(MoveRefused, match="never weaker"):
        services.set_confidentiality([*others, asked], confidentiality="attributed", k_scores=3, k_texts=4, by=None)
    assert set(FeedbackRound.objects.values_list("confidentiality", flat=True)) == {"anonymous"}


def test_named_answers_lose_their_names_when_the_confidentiality_becomes_stronger(cast):
    round, requests = make_collecting_round(cast.subject, ["stakeholder"] * 4, confidentiality="attributed")
    services.answer(requests[0], answers_to(requests[0]))
    services.set_confidentiality([round], confidentiality="anonymous", k_scores=3, k_texts=4, by=cast.hr)
    assert not AttributedAnswer.objects.exists()
    assert Answer.objects.filter(round=round).count() == 8


def test_a_new_manager_leads_and_is_no_longer_asked(cast, collecting):
    request = make_request(collecting, giver=cast.stranger)
    round = services.change_manager(collecting, cast.stranger, by=cast.hr)
    assert FeedbackRequest.objects.get(pk=request.pk).status == "revoked"
    assert collecting in FeedbackRound.objects.led_by(cast.stranger)
    assert collecting not in FeedbackRound.objects.led_by(cast.manager)
    assert round.manager == cast.stranger


def test_cancelling_ends_everything(cast, collecting):
    services.cancel_round(collecting, by=cast.hr, reason="left the company")
    with pytest.raises(MoveRefused):
        services.answer(collecting.asked[0], answers_to(collecting.asked[0]))
    with pytest.raises(PermissionDenied):
        services.cancel_round(make_round(cast.peer), by=cast.manager, reason="x")


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_page_of_a_round_asks_the_same_number_of_questions(cast, as_, django_assert_num_queries, rows):
    round = make_round(cast.subject, max_total=40)
    for _each in range(rows):
        make_request(
            round, giver=make_user(team=cast.team), relation="data_scientist", status="proposed", added_by=cast.subject
        )
        make_request(round, status="declined")
    client = as_(cast.manager)
    with django_assert_num_queries(14):
        assert client.get(f"/feedback/rounds/{round.pk}/").status_code == 200
    client = as_(cast.subject)
    with django_assert_num_queries(11):
        assert client.get(f"/feedback/rounds/{round.pk}/").status_code == 200


def test_the_overview_asks_the_same_number_of_questions_for_1_and_for_30(cast, as_, django_assert_max_num_queries):
    client, counts = as_(cast.manager), []
    client.get("/feedback/")  # the first page of a session writes when it was seen
    for rows in (1, 29):
        for number in range(rows):
            led = make_round(make_user(f"Subject {rows}-{number}", manager=cast.manager), status="collecting")
            make_request(led, giver=cast.peer, relation="stakeholder")
            other = make_round(make_user(f"Other {rows}-{number}", manager=cast.head), status="collecting")
            make_request(other, giver=cast.manager, relation="stakeholder")
        with django_assert_max_num_queries(15) as asked:
            assert client.get("/feedback/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
