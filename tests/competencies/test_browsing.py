"""One code, the matrix, and links that outlive a version."""

import re

import pytest
from django.urls import reverse

from competencies.models import Catalogue, Expectation
from competencies.services import new_version
from foundation.workflow.moves import perform
from people.models import Grade
from tests.browser import assert_clean, browser, follow, open_page, signed_in  # noqa: F401
from tests.factories import make_catalogue, make_grade, make_user


@pytest.fixture
def next_version(cast, catalogue):
    """Published after `catalogue`, without TEC-CICD."""
    draft = new_version(by=cast.hr, note="Second edition")
    draft.codes.filter(key="TEC-CICD").delete()
    return perform(draft, "publish", by=cast.hr)


def test_before_the_starter_content_every_page_of_the_catalogue_says_so(cast, as_):
    for name in ("competencies:matrix", "competencies:scales_in_use", "reviews:next_grade"):
        assert "No catalogue is published yet" in as_(cast.subject).get(reverse(name)).content.decode()


def test_codes_lead_from_one_to_the_next_in_the_order_of_the_list(cast, as_, catalogue):
    listed = as_(cast.subject).get(reverse("competencies:catalogue")).content.decode()
    urls = re.findall(r'class="row-title" href="([^"]+)"', listed)
    assert len(urls) == 29
    url, walked = urls[0], []
    while url:
        walked.append(url)
        page = as_(cast.subject).get(url).content.decode()
        found = re.search(r'href="([^"]+)" rel="next"', page)
        url = found and found[1]
    assert walked == urls
    assert "Code 29 of 29" in page


def test_an_address_by_key_leads_to_the_version_in_use(cast, as_, catalogue, next_version):
    client = as_(cast.subject)
    answer = client.get(reverse("competencies:code_by_key", args=["ops-toil"]))
    assert answer.url == next_version.codes.get(key="OPS-TOIL").get_absolute_url()
    assert client.get(reverse("competencies:code_by_key", args=["TEC-CICD"])).status_code == 404


def test_a_code_of_an_older_version_leads_to_the_one_in_use(cast, as_, catalogue, next_version):
    client, now = as_(cast.subject), next_version.codes.get(key="OPS-TOIL").get_absolute_url()
    old = client.get(catalogue.codes.get(key="OPS-TOIL").get_absolute_url()).content.decode()
    assert "no longer in use" in old
    assert now in old
    assert "no longer in use" not in client.get(now).content.decode()
    gone = client.get(catalogue.codes.get(key="TEC-CICD").get_absolute_url()).content.decode()
    assert "no longer in use" not in gone


def cells(page: str, key: str) -> list[str]:
    """What stands in the cells of one code's row."""
    row = re.search(rf"{key}</span>.*?</th>(.*?)</tr>", page, re.S)[1]
    return [re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)]


def test_the_matrix_holds_the_level_of_each_code_at_each_grade(cast, as_, catalogue):
    make_grade("MLO9")
    page = as_(cast.subject).get(reverse("competencies:matrix")).content.decode()
    for code in catalogue.codes.with_levels():
        expected = [str(code.expected_at(f"MLO{number}")) for number in range(1, 7)]
        assert cells(page, code.key) == [*expected, "–"]
    code = catalogue.codes.get(key="TEC-CICD")
    assert f'href="{code.get_absolute_url()}#level-4">4</a>' in page
    assert 'id="level-4"' in as_(cast.subject).get(code.get_absolute_url()).content.decode()


def test_the_matrix_marks_ones_own_grade_and_no_other(cast, as_, catalogue):
    page = as_(cast.subject).get(reverse("competencies:matrix")).content.decode()
    assert page.count("your grade") == 1
    heads = re.findall(r'<th scope="col"([^>]*)>\s*(\w+)', page)
    assert [key for marks, key in heads if "is-own" in marks] == ["MLO3"]
    nobody = as_(make_user(grade=None)).get(reverse("competencies:matrix")).content.decode()
    assert "is-own" not in nobody


@pytest.mark.parametrize(
    ("query", "count"),
    [({}, 29), ({"category": "teamwork_proficiency"}, 8), ({"core": "1"}, 12), ({"category": "nonsense"}, 29)],
)
def test_the_matrix_is_filtered_by_category_and_core(cast, as_, catalogue, query, count):
    page = as_(cast.subject).get(reverse("competencies:matrix"), query).content.decode()
    assert page.count('<th scope="row"') == count


def test_a_filter_that_finds_nothing_says_how_to_go_on(cast, as_):
    perform(make_catalogue(codes=1), "publish")
    page = as_(cast.subject).get(reverse("competencies:matrix"), {"category": "teamwork_proficiency"}).content.decode()
    assert "No codes found" in page
    assert 'href="?"' in page


@pytest.mark.parametrize("codes", [1, 30, 120])
def test_the_matrix_costs_the_same_for_any_number_of_codes_and_grades(cast, as_, django_assert_num_queries, codes):
    catalogue = make_catalogue(codes=codes)
    for number in range(1, codes // 12 + 1):
        make_grade(f"GR-{number}", order=number + 50)
    Expectation.objects.filter(code__catalogue=catalogue).delete()
    Expectation.objects.bulk_create(
        Expectation(code=code, grade=grade, level=3) for code in catalogue.codes.all() for grade in Grade.objects.all()
    )
    perform(catalogue, "publish")
    client = as_(cast.subject)
    with django_assert_num_queries(10):
        page = client.get(reverse("competencies:matrix"), headers={"accept-encoding": "gzip"})
    assert len(page.content) < 40_000  # as sent


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_matrix_scrolls_in_its_frame_and_leads_to_a_sentence(cast, catalogue, live_server, client, open_page):  # noqa: F811
    for number in range(7, 11):
        make_grade(f"MLO{number}", order=number)
    page = open_page(390, "dark", cookies=signed_in(live_server, client, cast.subject))
    page.goto(live_server.url + reverse("competencies:matrix"))
    assert_clean(page)
    head, first = page.locator(".matrix thead th").nth(2), page.locator(".matrix tbody th[scope=row]").first
    frame = page.locator(".matrix-frame")
    before = head.bounding_box()["y"], first.bounding_box()["x"]
    frame.evaluate("each => each.scrollTo(80, 300)")
    assert (head.bounding_box()["y"], first.bounding_box()["x"]) == pytest.approx(before, abs=1)
    level = page.locator("tr", has_text="OPS-TOIL").get_by_role("link", name="4").first
    follow(page, level)
    assert page.url.endswith("#level-4")
    assert page.locator(":target").inner_text().strip().startswith("Level 4")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "theme", "colors"), [(1440, "light", "none"), (1440, "dark", "active")])
def test_pages_of_the_catalogue_are_clean(cast, catalogue, live_server, client, open_page, width, theme, colors):  # noqa: F811
    page = open_page(width, theme, cookies=signed_in(live_server, client, cast.subject), forced_colors=colors)
    code = Catalogue.objects.current().codes.get(key="TEC-CICD")
    addresses = [reverse(f"competencies:{name}") for name in ("catalogue", "matrix", "scales_in_use", "versions")]
    for url in [*addresses, code.get_absolute_url(), reverse("reviews:next_grade")]:
        page.goto(live_server.url + url)
        assert_clean(page)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_matrix_is_printed_whole(cast, catalogue, live_server, client, open_page):  # noqa: F811
    page = open_page(cookies=signed_in(live_server, client, cast.subject))
    page.goto(live_server.url + reverse("competencies:matrix"))
    page.emulate_media(media="print")
    frame = page.locator(".matrix-frame").evaluate("each => [each.clientHeight, each.scrollHeight]")
    assert frame[0] == pytest.approx(frame[1], abs=1)
    assert not page.locator(".tabs, .filters, [data-print]").locator("visible=true").count()
