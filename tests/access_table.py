"""Every address of the product with who may open it; tests/test_access.py asks each of them as each role."""

from dataclasses import dataclass

ROLES = [
    "subject", "manager", "stand_in", "former", "head", "peer", "stranger", "auditor", "it",
    "hr", "hr_self", "hr_below", "partner",
]  # fmt: skip
WHO = [*ROLES, "anonymous"]
EVERYONE = frozenset(ROLES)
SUBJECT = frozenset({"subject", "hr_self"})  # hr_self is HR and asks for her own review
LEAD = frozenset({"manager", "stand_in"})
HANDLING = frozenset({"hr", "partner"})  # hr_below is HR and reports to the subject
HR = frozenset({"hr", "hr_self", "hr_below"})
RUNNING = HR | {"partner"}
GOAL_HR = frozenset({"hr", "hr_self", "partner"})
GOAL_SIDES = frozenset({"subject"}) | LEAD
NOBODY: frozenset = frozenset()


@dataclass(frozen=True)
class Row:
    """Who may open `words` of an address in `status` of the review; `kind` is page, form, action (POST) or open."""

    kind: str
    who: frozenset
    words: tuple = ()
    status: str = "self_assessment"
    data: tuple = ()


def page(who, *words, at="self_assessment"):
    return Row("page", frozenset(who), words, at)


def form(who, *words, at="self_assessment"):
    return Row("form", frozenset(who), words, at)


def action(who, *words, at="self_assessment", **data):
    return Row("action", frozenset(who), words, at, tuple(data.items()))


def open_to(*words, at="peer_review", who=EVERYONE | {"anonymous"}):
    """A page without sign-in; `who` gets 200 or a redirect, all others the one page for unknown links."""
    return Row("open", frozenset(who), words, at)


TABLE = {
    "healthz": open_to(),
    "readyz": open_to(),
    # --- accounts: each page is about the person who opens it
    "account_login": open_to(),
    "account_logout": open_to(),
    "account_inactive": open_to(),
    "account_signup": open_to(),
    "account_request_login_code": open_to(),
    "account_confirm_login_code": open_to(),
    "account_reset_password": open_to(),
    "account_reset_password_done": open_to(),
    "account_reset_password_from_key": open_to("base36", "key"),
    "account_reset_password_from_key_done": open_to(),
    "account_email_verification_sent": open_to(who=NOBODY),
    "account_confirm_email": open_to("key", who=NOBODY),
    "mfa_authenticate": open_to(),
    "account_reauthenticate": page(EVERYONE),  # the cast has no password: on to a code by mail
    "account_email": form(NOBODY),  # HR owns the address
    "account_change_password": page(EVERYONE),
    "account_set_password": page(EVERYONE),
    "mfa_index": page(EVERYONE),
    "mfa_reauthenticate": page(EVERYONE),
    "mfa_reauthenticate_webauthn": page(EVERYONE),
    "mfa_list_webauthn": page(EVERYONE),
    "mfa_add_webauthn": page(EVERYONE),
    "mfa_remove_webauthn": form(NOBODY, 1),
    "mfa_edit_webauthn": form(NOBODY, 1),
    "mfa_login_webauthn": open_to(),
    "people:second_factor": page(EVERYONE),
    "people:confirm": page(EVERYONE),
    "people:factor_reset": page({"it"}, "someone"),
    "mfa_activate_totp": page(EVERYONE),
    "mfa_deactivate_totp": form(NOBODY),
    "mfa_view_recovery_codes": form(NOBODY),
    "mfa_generate_recovery_codes": page(EVERYONE),
    "mfa_download_recovery_codes": form(NOBODY),
    "usersessions_list": page(EVERYONE),
    # --- people
    "people:list": page(HR | {"it"}),
    "people:new": form(HR),
    "people:import": form(HR),
    "people:import_apply": action(HR),
    "people:import_sample": page(HR, "csv"),
    "search": page(EVERYONE),
    "people:profile": page(EVERYONE),
    "people:person": form(HR | {"it"}, "someone"),  # IT is led on to the roles
    "people:role_list": page(HR | {"it"}),
    "people:role_permissions": page(HR | {"it", "auditor"}),
    "people:roles": form(HR | {"it"}, "someone"),
    "people:invite": action(HR, "someone"),
    "people:deactivate": form(HR, "someone"),
    "people:reactivate": action(HR, "someone"),
    "people:delegation_new": form(HR | {"manager"}, "manager"),
    "people:delegation_end": action(HR | {"manager"}, "delegation"),
    # --- foundation
    "audit:log": page({"auditor"}),
    "audit:log_csv": page({"auditor"}),
    "audit:log_xlsx": page({"auditor"}),
    "audit:check_seal": action({"auditor"}),
    "outbox:jobs": page(RUNNING | {"it"}),
    "outbox:job_retry": action(HR | {"it"}, "job"),
    "outbox:job": page(HR | {"it"}, "job"),
    "outbox:messages": page(HR | {"it"}),
    "outbox:messages_retry": action(HR | {"it"}),
    "outbox:message_retry": action(HR | {"it"}, "message"),
    "outbox:job_file": page({"hr"}, "job"),
    # --- catalogue
    "competencies:catalogue": page(EVERYONE),
    "competencies:matrix": page(EVERYONE),
    "competencies:matrix_of": page(HR, "draft"),
    "competencies:scales_in_use": page(EVERYONE),
    "competencies:code_by_key": page(EVERYONE, "TEC-CICD"),
    "competencies:versions": page(EVERYONE),
    "competencies:new_version": form(HR),
    "competencies:import": form(HR),
    "competencies:export": page(HR, "draft"),
    "competencies:pack_add": action(HR, "pack"),
    "competencies:detail": page(HR, "draft"),
    "competencies:differences": page(HR, "draft", "published"),
    "competencies:edit": form(HR, "draft"),
    "competencies:publish": form(HR, "draft"),
    "competencies:discard": form(HR, "draft"),
    "competencies:code_new": form(HR, "draft"),
    "competencies:scales": page(HR, "draft"),
    "competencies:code": page(HR, "draft_code"),
    "competencies:code_edit": form(HR, "draft_code"),
    "competencies:code_move": action(HR, "draft_code", "up"),
    "competencies:code_retire": form(HR, "draft_code"),
    "competencies:code_bring_back": action(HR, "draft", "published_code"),
    "competencies:scale_bring_back": action(HR, "draft_scale"),
    "competencies:point_new": form(HR, "draft_scale"),
    "competencies:point_remove": action(HR, "draft_point"),
    "competencies:scale_edit": form(HR, "draft_scale"),
    "questionnaires:list": page(HR, "draft"),
    "questionnaires:questionnaire": page(HR, "draft_form"),
    "questionnaires:questionnaire_edit": form(HR, "draft_form"),
    "questionnaires:questionnaire_move": action(HR, "draft_form", "up"),
    "questionnaires:questionnaire_bring_back": action(HR, "draft_form"),
    "questionnaires:preview": page(HR, "draft_form"),
    "questionnaires:section_new": form(HR, "draft_form"),
    "questionnaires:section_edit": form(HR, "draft_section"),
    "questionnaires:section_move": action(HR, "draft_section", "up"),
    "questionnaires:section_retire": form(HR, "draft_section"),
    "questionnaires:question_kinds": page(HR, "draft_section"),
    "questionnaires:question_new": form(HR, "draft_section", "text_list"),
    "questionnaires:question_share": action(HR, "feedback_section", "shared_question"),
    "questionnaires:question_edit": form(HR, "draft_question"),
    "questionnaires:question_move": action(HR, "draft_question", "up"),
    "questionnaires:question_retire": form(HR, "draft_question"),
    "questionnaires:template": page(HR, "draft_template"),
    "questionnaires:template_edit": form(HR, "draft_template"),
    "questionnaires:template_bring_back": action(HR, "draft_template"),
    "questionnaires:stage_edit": form(HR, "draft_template", "calibration"),
    # --- goals
    "goals:list": page(EVERYONE),
    "goals:team": page({"manager", "stand_in", "head", "subject"}),
    "goals:person": page(EVERYONE, "person"),
    "goals:new": page(EVERYONE),
    "goals:create": page(EVERYONE),
    "goals:from_template": page(EVERYONE, "goal_template"),
    "goals:carry_over": page(EVERYONE),
    "goals:detail": page(GOAL_SIDES | GOAL_HR, "agreed"),
    "goals:edit": form({"subject"}, "goal_draft"),
    "goals:delete": action({"subject"}, "goal_draft"),
    "goals:share": form({"subject"}, "agreed"),
    "goals:check_in": form(GOAL_SIDES, "agreed"),
    "goals:change": form(GOAL_SIDES, "agreed"),
    "goals:step": action(LEAD, "proposed", "agree"),
    "goals:answer_change": action(LEAD, "change", "accept"),
    "goals:objectives": page(EVERYONE),
    "goals:orphans": page(EVERYONE),
    "goals:objective_new": form(HR),
    "goals:objective": page(EVERYONE, "objective"),
    "goals:objective_edit": form(HR, "objective"),
    "goals:evidence": page(EVERYONE),
    "goals:evidence_add": page(EVERYONE),
    "goals:evidence_edit": form({"subject"}, "fact"),
    "goals:evidence_delete": action({"subject"}, "fact"),
    # --- feedback: by link or by account, then its rounds
    "feedback:bent_link": open_to("x", "y", who=NOBODY),
    "feedback:link": open_to("token"),
    "feedback:thanks": open_to(),
    "feedback:declined": open_to(),
    "feedback:request": open_to("asked", who={"peer"}),
    "feedback:step": open_to("asked", 1, who={"peer"}),
    "feedback:autosave": open_to("asked", who={"peer"}),
    "feedback:check": open_to("asked", who={"peer"}),
    "feedback:decline": open_to("asked", who={"peer"}),
    "feedback:code": open_to("asked", who={"peer"}),
    "feedback:list": page(EVERYONE),
    "feedback:older": page(EVERYONE, "mine"),
    "feedback:round": page(SUBJECT | LEAD | HANDLING, "round"),
    "feedback:propose": action(SUBJECT | LEAD | HANDLING, "round"),
    "feedback:send_list": action(SUBJECT, "round"),
    "feedback:return_list": form(LEAD | HANDLING, "round"),
    "feedback:approve": action(LEAD | HANDLING, "round"),
    "feedback:remove": form(LEAD | HANDLING, "asked", at="peer_review"),
    "feedback:results": page(SUBJECT | LEAD | HANDLING, "round", at="manager_evaluation"),
    "feedback:results_csv": page(LEAD | HANDLING, "round", at="manager_evaluation"),
    "feedback:results_xlsx": page(LEAD | HANDLING, "round", at="manager_evaluation"),
    "feedback:hide": form(HANDLING, "round", "text", at="manager_evaluation"),
    "feedback:board": page(RUNNING),
    "feedback:confirm": action(HANDLING, "outsider", at="peer_review"),
    "feedback:ask_to_confirm": form(LEAD | HANDLING, "outsider", at="peer_review"),
    "feedback:vouch": form(NOBODY, "outsider", at="peer_review"),  # only the colleague who was asked, see test_invented
    "feedback:address": form(HANDLING, "outsider", at="peer_review"),
    "feedback:replace": form(HANDLING, "asked", at="peer_review"),
    "feedback:praise": page(EVERYONE),
    "feedback:praise_detail": page({"subject", "peer"}, "praise"),
    "feedback:ask": page(EVERYONE),
    "feedback:ask_detail": page({"subject", "peer"}, "ask"),
    "feedback:ask_decline": action({"peer"}, "ask"),
    # --- reviews: cycles
    "reviews:home": page(EVERYONE),
    "reviews:calendar": page(EVERYONE),
    "reviews:calendar_new": action(EVERYONE),
    "reviews:calendar_off": action(EVERYONE),
    "reviews:calendar_file": open_to("calendar_token"),
    "reviews:next_grade": page(EVERYONE),
    "reviews:team": page(EVERYONE),
    "reviews:verify": open_to(at="self_assessment"),
    "reviews:handovers": page(RUNNING),
    "reviews:leavers": page(RUNNING),
    "reviews:cycles": page(RUNNING),
    "reviews:cycle_new": form(HR),
    "reviews:cycle": page(RUNNING, "cycle"),
    "reviews:cycle_edit": form(HR, "draft_cycle"),
    "reviews:cycle_stages": form(HR, "draft_cycle"),
    "reviews:cycle_confidentiality": form(HR, "cycle"),
    "reviews:cycle_population": page(HR, "draft_cycle"),
    "reviews:cycle_launch": action(HR, "draft_cycle"),
    "reviews:cycle_deadlines": form(HR, "cycle"),
    "reviews:cycle_delete": form(HR, "draft_cycle"),
    "reviews:cycle_bulk": action(RUNNING, "cycle"),
    "reviews:cycle_export": form(RUNNING, "cycle"),
    "reviews:cycle_move": form(HR, "cycle", "close"),
    "reviews:group_new": form(HR, "cycle"),
    "reviews:group": page(HR | {"head", "manager"}, "group", at="calibration"),
    "reviews:group_change": form({"hr", "head"}, "group", "review", at="calibration"),
    "reviews:group_lock": action(HR, "group", at="calibration"),
    # --- reviews: one review
    "reviews:review": page(SUBJECT | LEAD | HANDLING, "review"),
    "reviews:move": form(HANDLING, "review", "skip_self_assessment"),
    "reviews:extend": form(HANDLING, "review"),
    "reviews:change_manager": form(HANDLING, "review"),
    "reviews:meeting": action(LEAD, "review", at="manager_evaluation"),
    "reviews:meeting_file": page(SUBJECT | LEAD, "review", at="delivered"),
    "reviews:private_note": action(LEAD, "review", at="manager_evaluation"),
    "reviews:rebuttal": form(SUBJECT, "review", at="delivered"),
    "reviews:self_assessment": form(SUBJECT, "review"),
    "reviews:evaluation": form(LEAD, "review", at="manager_evaluation"),
    "reviews:overall": form(LEAD, "review", at="manager_evaluation"),
    "reviews:summary": form(LEAD, "review", at="delivery"),
    "reviews:write": page(SUBJECT, "review", "self-assessment"),
    "reviews:step": form(SUBJECT, "review", "self-assessment", "self_codes-TEC-CICD"),
    "reviews:check": form(SUBJECT, "review", "self-assessment"),
    "reviews:preview": page(SUBJECT, "review", "self-assessment"),
    "reviews:summary_pdf": page(SUBJECT | LEAD | HANDLING | {"head"}, "review", at="delivered"),
    "reviews:action_new": form(LEAD, "review", at="delivery"),
    "reviews:action_edit": form(LEAD, "review", "action", at="delivery"),
    "reviews:action_step": action(SUBJECT | LEAD, "action", "start", at="delivered"),
}
# The same addresses at other moments: state is part of the policy.
MOMENTS = [
    ("reviews:review", page(SUBJECT | LEAD | HANDLING | {"head"}, "review", at="delivered")),
    ("reviews:summary_pdf", page(NOBODY, "review", at="delivery")),
    ("reviews:review", page(SUBJECT | LEAD | HANDLING, "review", at="cancelled")),
    ("reviews:summary_pdf", page(NOBODY, "review", at="cancelled")),
    ("reviews:evaluation", form(NOBODY, "review", at="peer_review")),
    ("reviews:evaluation", form(NOBODY, "review", at="delivery")),
    ("reviews:step", form(SUBJECT, "review", "self-assessment", "evidence")),
    ("reviews:step", form(NOBODY, "review", "self-assessment", "no_such_step")),
    ("reviews:step", form(NOBODY, "review", "no-such-form", "self_growth")),
    ("reviews:write", page(LEAD, "review", "evaluation", at="manager_evaluation")),
    ("reviews:step", form(LEAD, "review", "evaluation", "mgr_codes-TEC-CICD", at="manager_evaluation")),
    ("reviews:step", form(LEAD, "review", "evaluation", "mgr_collaboration", at="manager_evaluation")),
    ("reviews:check", form(LEAD, "review", "evaluation", at="manager_evaluation")),
    ("reviews:preview", page(LEAD, "review", "evaluation", at="manager_evaluation")),
    ("reviews:step", form(NOBODY, "review", "evaluation", "mgr_codes-TEC-CICD", at="peer_review")),
    ("reviews:check", form(NOBODY, "review", "evaluation", at="delivery")),
    ("reviews:preview", page(NOBODY, "review", "evaluation", at="delivery")),
    ("reviews:step", form(LEAD, "review", "summary", "summary-strengths", at="delivery")),
    ("reviews:check", form(LEAD, "review", "summary", at="delivery")),
    ("reviews:preview", page(LEAD, "review", "summary", at="delivery")),
    ("reviews:step", form(NOBODY, "review", "summary", "summary-strengths", at="delivered")),
    ("reviews:rebuttal", form(NOBODY, "review", at="delivery")),
    ("reviews:action_edit", form(NOBODY, "review", "action", at="delivered")),
    ("reviews:group_change", form(NOBODY, "group", "review", at="delivery")),
    ("reviews:move", form(LEAD, "review", "deliver", at="delivery")),
    ("reviews:move", form(SUBJECT, "review", "acknowledge", at="delivered")),
    ("reviews:move", form(LEAD | HANDLING, "review", "return_self_assessment", at="peer_review")),
    ("reviews:move", form(HANDLING, "review", "reopen", at="delivered")),
    ("feedback:request", open_to("asked", at="manager_evaluation", who=NOBODY)),
    ("feedback:hide", form(NOBODY, "round", "text", at="peer_review")),
    ("feedback:results_csv", page(NOBODY, "round", at="peer_review")),
    ("feedback:results_xlsx", page(NOBODY, "round", at="peer_review")),
    ("feedback:results_csv", page(SUBJECT | LEAD | HANDLING, "round", at="delivered")),
    ("feedback:results_xlsx", page(SUBJECT | LEAD | HANDLING, "round", at="delivered")),
    ("competencies:detail", page(EVERYONE, "published")),
    ("competencies:matrix_of", page(EVERYONE, "published")),
    ("competencies:scales", page(EVERYONE, "published")),
    ("competencies:code", page(EVERYONE, "published_code")),
    ("competencies:code_edit", form(NOBODY, "published_code")),
    ("competencies:code_retire", form(NOBODY, "published_code")),
    ("competencies:code_move", action(NOBODY, "published_code", "up")),
    ("competencies:edit", form(NOBODY, "published")),
    ("competencies:publish", form(NOBODY, "published")),
    ("competencies:export", page(HR, "published")),
    ("reviews:cycle_edit", form(NOBODY, "cycle")),
    ("reviews:cycle_population", page(NOBODY, "cycle")),
    ("questionnaires:list", page(NOBODY, "published")),
    ("questionnaires:questionnaire", page(NOBODY, "published_form")),
    ("questionnaires:questionnaire_edit", form(NOBODY, "published_form")),
    ("questionnaires:preview", page(NOBODY, "published_form")),
    ("people:roles", form(HR, "it")),  # nobody gives roles to themselves
    ("people:deactivate", form({"hr_self", "hr_below"}, "hr")),  # nobody deactivates themselves
]
ROWS = [*TABLE.items(), *MOMENTS]
STATUSES = sorted({row.status for _, row in ROWS})
