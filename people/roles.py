"""Every role with what it permits: `user.may("run_cycles")` asks here. The page "Roles and permissions" shows it.

A permission is about a kind of work. Which rows of it somebody reaches (own, reports, teams) is said by the policies,
and here in words by `by_relation`.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What each permission lets somebody do.
PERMISSIONS: "dict[str, StrOrPromise]" = {
    "run_cycles": _("Set up, launch, close and cancel review cycles; lock calibration groups"),
    "follow_cycles": _("Follow launched cycles and the feedback board"),
    "handle_everyone": _("Handle the reviews, goals and feedback of everyone, except their own and their manager's"),
    "see_calibration": _("See all calibration groups and change results there"),
    "edit_catalogue": _("Edit drafts of the competency catalogue and publish them"),
    "edit_objectives": _("Edit the organisation's objectives"),
    "edit_people": _("Add, edit, import and invite people; end accounts; set stand-ins"),
    "give_roles": _("Give and take roles, never their own"),
    "see_roles": _("See what each role permits"),
    "reset_factors": _("Reset a lost second factor, never their own"),
    "operate": _("Look after settings, health and email delivery"),
    "see_jobs": _("Find jobs in the menu and follow their own"),
    "see_all_jobs": _("Follow everyone's jobs and restart failed ones"),
    "see_messages": _("See waiting and refused emails and send them again"),
    "see_recipients": _("See to whom emails go, where the kind of email allows it"),
    "read_log": _("Read, download and verify the event log"),
}


@dataclass(frozen=True, kw_only=True)
class Role:
    """`held` is the attribute of a user that says whether they have it: a column where `is_given` by hand.

    `is_told`: all of HR and IT are emailed about each change.
    """

    key: str
    name: "StrOrPromise"
    description: "StrOrPromise"
    held: str
    how_held: "StrOrPromise"
    permissions: frozenset[str] = frozenset()
    by_relation: "tuple[StrOrPromise, ...]" = ()  # what follows without a permission, from being part of a row
    is_given: bool = False
    is_told: bool = False


BY_HR_AND_IT = _("Given by HR and IT.")

HR = Role(
    key="hr",
    name=_("HR"),
    description=_("Runs cycles, manages people, reads submitted reviews and released feedback."),
    held="is_hr",
    how_held=BY_HR_AND_IT,
    is_given=True,
    is_told=True,
    permissions=frozenset(
        {
            "run_cycles",
            "follow_cycles",
            "handle_everyone",
            "see_calibration",
            "edit_catalogue",
            "edit_objectives",
            "edit_people",
            "give_roles",
            "see_roles",
            "see_jobs",
            "see_all_jobs",
            "see_messages",
            "see_recipients",
        }
    ),
)
IT = Role(
    key="it",
    name=_("IT administrator"),
    description=_("Looks after settings, jobs and roles, and reads no content."),
    held="is_it",
    how_held=BY_HR_AND_IT,
    is_given=True,
    is_told=True,
    permissions=frozenset(
        {"give_roles", "see_roles", "reset_factors", "operate", "see_jobs", "see_all_jobs", "see_messages"}
    ),
)
AUDITOR = Role(
    key="auditor",
    name=_("Auditor"),
    description=_("Reads the event log, and no content."),
    held="is_auditor",
    how_held=BY_HR_AND_IT,
    is_given=True,
    permissions=frozenset({"read_log", "see_roles"}),
)
HR_PARTNER = Role(
    key="hr_partner",
    name=_("HR partner"),
    description=_("Acts for HR towards the people of certain teams."),
    held="is_hr_partner",
    how_held=_("HR and IT choose the teams."),
    permissions=frozenset({"follow_cycles", "see_jobs"}),
    by_relation=(
        _("Handle the reviews, goals and feedback of their teams, except their own and their manager's"),
        _("Read submitted evaluations and released feedback of these people"),
    ),
)
MANAGER = Role(
    key="manager",
    name=_("Manager"),
    description=_("Has reports, or stands in for an absent manager on the days given."),
    held="has_team",
    how_held=_("Follows from the reporting lines and the stand-ins."),
    by_relation=(
        _("Write, deliver and read the reviews of their reports"),
        _("Approve whom their reports ask for feedback, and read it once released"),
        _("Agree goals with their reports and read them, drafts excepted"),
    ),
)
ENGINEER = Role(
    key="engineer",
    name=_("Engineer"),
    description=_("Everyone with an account."),
    held="is_active",
    how_held=_("Needs no role."),
    by_relation=(
        _("Write their own self-assessment, and read their own review and feedback once delivered"),
        _("Keep their own goals and evidence, and read team goals of their team"),
        _("Give feedback they were asked for, thank colleagues and ask them questions"),
        _("Read the published catalogue and the objectives, and look up colleagues by name"),
    ),
)
ROLES = [HR, IT, AUDITOR, HR_PARTNER, MANAGER, ENGINEER]
GIVEN = [role for role in ROLES if role.is_given]
LABELS: dict[str, Any] = {role.key: role.name for role in [*GIVEN, HR_PARTNER]}


@cache
def roles_with(permission: str) -> tuple[Role, ...]:
    """The roles that hold `permission`. Raises LookupError for a permission that there is not."""
    if permission not in PERMISSIONS:
        raise LookupError(f"there is no permission {permission}")
    return tuple(role for role in ROLES if permission in role.permissions)
