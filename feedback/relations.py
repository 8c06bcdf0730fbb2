"""The words for a collaborator's role towards the subject, one person and a group of them."""

from django.utils.translation import gettext_lazy as _

from people.models import Profession

DIRECT_REPORT = "direct_report"
ONE = {**dict(Profession.choices), DIRECT_REPORT: _("Direct report")}
MANY = {
    Profession.DATA_SCIENTIST: _("Data scientists"),
    Profession.SOFTWARE_ENGINEER: _("Software engineers"),
    Profession.PRODUCT_MANAGER: _("Product managers"),
    Profession.STAKEHOLDER: _("Stakeholders"),
    Profession.MLOPS_ENGINEER: _("MLOps engineers"),
    DIRECT_REPORT: _("Direct reports"),
}


def one(relation: str):
    return ONE.get(relation, relation.replace("_", " ").capitalize())


def many(relation: str):
    return MANY.get(relation, relation.replace("_", " ").capitalize())


def of(giver, subject) -> str:
    """What `giver` is to `subject`, as a first guess: a direct report, otherwise their profession."""
    return DIRECT_REPORT if giver.manager_id == subject.pk else giver.profession
