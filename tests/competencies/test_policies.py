import pytest

from competencies.models import Catalogue, Code, Scale
from competencies.policies import CataloguePolicy
from competencies.services import new_version

ROLES = ["hr", "manager", "subject", "stranger", "auditor", "it"]


@pytest.fixture
def draft(cast, catalogue):
    return new_version(by=cast.hr)


@pytest.mark.parametrize("rows", [Code, Scale])
def test_content_of_a_draft_is_read_by_hr_alone(cast, catalogue, draft, rows):
    of_draft = rows.objects.filter(catalogue=draft)
    assert {name for name in ROLES if of_draft.visible_to(cast[name]).exists()} == {"hr"}
    of_current = rows.objects.filter(catalogue=catalogue)
    assert {name for name in ROLES if of_current.visible_to(cast[name]).exists()} == set(ROLES)


def test_a_draft_is_read_and_edited_by_hr_alone(cast, catalogue, draft):
    assert {name for name in ROLES if draft in Catalogue.objects.visible_to(cast[name])} == {"hr"}
    assert {name for name in ROLES if CataloguePolicy.allows(cast[name], draft, "edit")} == {"hr"}
    assert not any(CataloguePolicy.allows(cast[name], catalogue, "edit") for name in ROLES)
