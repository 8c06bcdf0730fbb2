"""The history of an organisation, written by the database itself: millions of rows in minutes and in little memory.

Every value follows from ids and numbers, so that two runs hold the same organisation. Columns that a statement does not
name take what `fill_in` finds for them: the values a new row of the model would have.
"""

import json

from django.apps import apps
from django.db import connection
from django.db.models import NOT_PROVIDED

TEXT = "In May the release path was rebuilt; failed releases went from five to one a month, and nobody was woken. " * 2
DAY = "interval '1 day'"


def run(sql: str, *params) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def insert(label: str, source: str, **values: str) -> int:
    """Rows of the model `label` from the SQL `source`; `values` are expressions by column."""
    model = apps.get_model(label)
    values = fill_in(model) | values
    names, parts = ", ".join(values), ", ".join(values.values())
    return run(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {parts} FROM {source}".replace("%", "%%"))


def fill_in(model) -> dict[str, str]:
    """An expression for each column that must not be empty."""
    found = {}
    for field in model._meta.concrete_fields:
        if field.null or (field.primary_key and not field.has_default()):
            continue
        found[field.column] = _expression(field)
    return found


def _expression(field) -> str:
    if field.get_internal_type() == "UUIDField":
        return "gen_random_uuid()"
    if field.get_internal_type() in ("DateField", "DateTimeField"):
        return "now()"
    if field.default is NOT_PROVIDED:
        return "''"
    default = field.get_default()
    return literal(json.dumps(default) if isinstance(default, dict | list) else default)


def literal(value) -> str:
    if isinstance(value, bool | int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def identity(*parts: str) -> str:
    """The same UUID at every run."""
    return f"md5({' || '.join(f'{part}::text' for part in parts)})::uuid"


def copied(label: str, source: str, alias: str, **changes: str) -> int:
    """All columns of rows of `label` named `alias` in `source`, but for `changes`."""
    model = apps.get_model(label)
    columns = [field.column for field in model._meta.concrete_fields if field.get_internal_type() != "BigAutoField"]
    return insert(label, source, **({column: f"{alias}.{column}" for column in columns} | changes))


# --- goals ---------------------------------------------------------------------------------------------------------
def add_goals() -> None:
    """Three goals each with six check-ins; the third is for the team and serves nothing above it."""
    objectives = "(SELECT array_agg(id ORDER BY key) AS ids FROM goals_objective) o"
    pick = "o.ids[1 + abs(hashtext(u.email || k)) % array_length(o.ids, 1)]"
    insert(
        "goals.Goal",
        f"people_user u CROSS JOIN generate_series(1, 3) k CROSS JOIN {objectives} WHERE u.grade_id IS NOT NULL",
        id=identity("u.id", "k"),
        owner_id="u.id",
        title="'Goal ' || k || ' of ' || u.name",
        statement=literal(TEXT),
        target="10",
        current="abs(hashtext(u.email || k)) % 11",
        confidence="(ARRAY['on_track', 'at_risk', 'behind'])[1 + abs(hashtext(u.email || k)) % 3]",
        starts_on="current_date - 150",
        due_on="current_date + 30 * k",
        weight="30",
        objective_id=f"CASE WHEN k < 3 THEN {pick} END",
        visibility="CASE WHEN k = 3 THEN 'team' ELSE 'private' END",
        status="CASE WHEN k = 2 AND hashtext(u.email) % 5 = 0 THEN 'reached' ELSE 'agreed' END",
        proposed_by_id="u.id",
        agreed_by_id="coalesce(u.manager_id, u.id)",
        agreed_at="now()",
    )
    insert(
        "goals.CheckIn",
        "goals_goal g CROSS JOIN generate_series(1, 6) k",
        id=identity("g.id", "k"),
        goal_id="g.id",
        by_id="g.owner_id",
        value="k",
        at=f"now() - k * 20 * {DAY}",
        comment=literal(TEXT[:120]),
    )


# --- cycles --------------------------------------------------------------------------------------------------------
def close_copy(source, target, days: int) -> None:
    """`target` becomes a closed cycle like `source`, `days` earlier, with everybody's review acknowledged."""
    moved = {name: f"r.{name} - {days}" for name in DUE}
    rounds = "feedback_feedbackround n JOIN reviews_review r ON r.round_id = n.id"
    mine, name = f"r.cycle_id = '{source.pk}'", literal(str(target.pk))
    copied(
        "feedback.FeedbackRound",
        f"{rounds} WHERE {mine}",
        "n",
        id=identity("n.id", name),
        title=literal(target.name),
        period_start=f"n.period_start - {days}",
        period_end=f"n.period_end - {days}",
        closes_on=f"n.closes_on - {days}",
        status="'collecting'",
        is_open_to_subject="true",
    )
    copied(
        "reviews.Review",
        f"reviews_review r WHERE {mine}",
        "r",
        id=identity("r.id", name),
        cycle_id=f"{name}::uuid",
        round_id=identity("r.round_id", name),
        status="'acknowledged'",
        conversation_on=f"current_date - {days}",
        delivered_at=f"now() - {days} * {DAY}",
        acknowledged_at=f"now() - {days} * {DAY}",
        **moved,
    )


DUE = [
    "self_assessment_due_on", "peer_review_due_on", "evaluation_due_on", "calibration_due_on", "delivery_due_on",
    "acknowledgement_due_on",
]  # fmt: skip


def add_writings(cycle, answers: dict, overall) -> None:
    """Self-assessment, evaluation and summary of every review of a closed cycle."""
    for name in ("SelfAssessment", "Evaluation", "Summary"):
        more = {"overall_id": literal(str(overall.pk))} if name == "Evaluation" else {}
        insert(
            f"reviews.{name}",
            f"reviews_review r WHERE r.cycle_id = '{cycle.pk}'",
            review_id="r.id",
            answers=literal(json.dumps(answers[name])) + "::jsonb",
            version="9",
            submitted_at="now()",
            saved_at="now()",
            **more,
        )
    points = f"SELECT array_agg(p.id ORDER BY p.order) AS ids FROM competencies_point p \
        WHERE p.scale_id = '{cycle.template.code_scale_id}' AND p.score > 1"
    insert(
        "reviews.Rating",
        f"reviews_review r CROSS JOIN competencies_code c CROSS JOIN ({points}) p \
        CROSS JOIN (VALUES ('self'), ('manager')) x (rater) \
        WHERE r.cycle_id = '{cycle.pk}' AND c.is_core AND c.catalogue_id = '{cycle.catalogue_id}'",
        review_id="r.id",
        rater="x.rater",
        code_id="c.id",
        point_id="p.ids[1 + abs(hashtext(r.id::text || c.key || x.rater)) % array_length(p.ids, 1)]",
    )


RELATIONS = (
    "ARRAY['data_scientist','data_scientist','data_scientist','software_engineer','product_manager','stakeholder']"
)


def add_requests(cycle, status: str) -> None:
    """Six requests in each round of the cycle: four to colleagues near by, two to outsiders."""
    insert(
        "feedback.FeedbackRequest",
        f"reviews_review r JOIN numbered u ON u.id = r.subject_id CROSS JOIN generate_series(1, 6) k \
        LEFT JOIN numbered g ON k <= 4 AND g.n = (u.n + k * 3 + 5) % (SELECT count(*) FROM numbered) \
        WHERE r.cycle_id = '{cycle.pk}'",
        id=identity("r.id", "k"),
        round_id="r.round_id",
        giver_id="g.id",
        name="coalesce(g.name, 'Outsider ' || k)",
        email="coalesce(g.email, 'out' || u.n || '.' || k || '@outside.example')",
        relation=f"({RELATIONS})[k]",
        status=status,
        confidentiality="'anonymous'",
        k_scores="3",
        k_texts="4",
        invitations="1",
    )


def number_people() -> None:
    run("CREATE TABLE numbered AS SELECT row_number() OVER (ORDER BY email) - 1 AS n, id, name, email FROM people_user")
    run("CREATE UNIQUE INDEX ON numbered (id)")
    run("CREATE UNIQUE INDEX ON numbered (n)")
    run("ANALYZE numbered")


def add_answers(cycle) -> None:
    """What those said who answered in the rounds of the cycle: ratings and two texts each."""
    asked = (
        f"feedback_feedbackrequest q JOIN reviews_review r ON r.round_id = q.round_id AND r.cycle_id = '{cycle.pk}' \
        AND q.status = 'answered' \
        JOIN questionnaires_questionnaire f ON f.key = q.relation AND f.catalogue_id = '{cycle.catalogue_id}' \
        JOIN questionnaires_section t ON t.questionnaire_id = f.id AND f.purpose = 'feedback' \
        JOIN questionnaires_question o ON o.section_id = t.id"
    )
    points = "SELECT scale_id, array_agg(id ORDER BY p.order) AS ids FROM competencies_point p \
        WHERE score IS NOT NULL AND weight > 0 GROUP BY 1"
    place = {"round_id": "q.round_id", "relation": "q.relation", "id": identity("q.id", "o.id")}
    insert(
        "feedback.Answer",
        f"{asked} JOIN ({points}) p ON p.scale_id = o.scale_id WHERE o.kind <> 'text'",
        question_id="o.id",
        point_id="p.ids[1 + abs(hashtext(q.id::text || o.key)) % array_length(p.ids, 1)]",
        **place,
    )
    theme = "o.meaning"
    insert("feedback.Answer", f"{asked} WHERE o.kind = 'text'", theme=theme, text=literal(TEXT), **place)


def copy_releases(source, target) -> None:
    """The rounds of `target` are released with what was cut for those of `source`."""
    insert(
        "feedback.Release",
        f"feedback_release s JOIN reviews_review a ON a.round_id = s.round_id AND a.cycle_id = '{source.pk}' \
        JOIN reviews_review b ON b.subject_id = a.subject_id AND b.cycle_id = '{target.pk}'",
        round_id="b.round_id",
        released_on="s.released_on",
        content="s.content",
    )
    run(
        "UPDATE feedback_feedbackround SET status = 'released' WHERE id IN "
        "(SELECT round_id FROM reviews_review WHERE cycle_id = %s)",
        target.pk,
    )


def spread(cycle) -> None:
    """Where the reviews of the open cycle stand: three in ten are still written, the others further on."""
    place = "abs(hashtext(subject_id::text)) % 20"
    run(
        f"UPDATE reviews_review SET status = CASE WHEN {place} < 6 THEN 'self_assessment' \
        WHEN {place} < 10 THEN 'peer_review' WHEN {place} < 16 THEN 'manager_evaluation' WHEN {place} = 16 \
        THEN 'calibration' WHEN {place} = 17 THEN 'delivery' ELSE 'delivered' END, delivered_at = now(), \
        evaluation_due_on = current_date + 20, self_assessment_due_on = current_date + 20, \
        delivery_due_on = current_date + 20, acknowledgement_due_on = current_date + 20, \
        peer_review_due_on = current_date + 20 WHERE cycle_id = %s".replace("% 20", "%% 20"),
        cycle.pk,
    )
    later = "SELECT round_id FROM reviews_review WHERE cycle_id = %s AND status <> 'self_assessment'"
    run(
        f"UPDATE feedback_feedbackround SET status = 'collecting', closes_on = current_date + 20 WHERE id IN ({later})",
        cycle.pk,
    )
    done = "SELECT id FROM reviews_review WHERE cycle_id = %s AND status <> 'self_assessment'"
    run(f"UPDATE reviews_selfassessment SET submitted_at = now(), version = 5 WHERE review_id IN ({done})", cycle.pk)


def make_due(cycle, count: int) -> None:
    """For `count` reviews that wait for subject or manager the deadline is today."""
    for status, field in (("self_assessment", "self_assessment_due_on"), ("manager_evaluation", "evaluation_due_on")):
        run(
            f"UPDATE reviews_review SET {field} = current_date WHERE id IN (SELECT id FROM reviews_review \
            WHERE cycle_id = %s AND status = '{status}' ORDER BY id LIMIT %s)",
            cycle.pk,
            count // 2,
        )


def make_late(cycle) -> None:
    """Half of the reviews wait for peers, manager or delivery since yesterday: at every size a full page."""
    for status, field in (
        ("peer_review", "peer_review_due_on"),
        ("manager_evaluation", "evaluation_due_on"),
        ("delivery", "delivery_due_on"),
    ):
        run(
            f"UPDATE reviews_review SET {field} = current_date - 1 WHERE cycle_id = %s AND status = '{status}'",
            cycle.pk,
        )


def add_messages(per_review: int) -> None:
    """Mails sent long ago."""
    insert(
        "outbox.Message",
        f"reviews_review r JOIN people_user u ON u.id = r.subject_id CROSS JOIN generate_series(1, {per_review}) k",
        kind="'reminder_before_due'",
        recipient_id="u.id",
        address="u.email",
        name="u.name",
        target_type="'reviews.review'",
        target_id="r.id::text",
        key="'seed:' || r.id || ':' || k",
        status="'done'",
        sent_at="now()",
    )


def settle() -> None:
    """Statistics and visibility as in a database that has been in use for a while."""
    run("VACUUM ANALYZE")
