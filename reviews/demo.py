"""The demo organisation, made by the product's own services: every status and every awkward situation of a cycle."""

from datetime import timedelta

from django.db import transaction

from competencies.models import Catalogue, Code
from feedback import services as feedback
from feedback.models import FeedbackAsk, Praise
from foundation.workdays import next_working_day
from foundation.workflow.moves import perform
from goals import services as goals
from goals.models import Evidence, GoalTemplate
from people import services as people
from people.models import Delegation, Profession, Team, User
from people.querysets import vouch_for
from questionnaires.states import Purpose
from reviews.cycles.services import add_stages, close_cycle, launch
from reviews.demo_steps import Steps
from reviews.models import CalibrationGroup, Cycle, Rebuttal, Review
from reviews.review import moves


class Demo(Steps):
    """Builds the organisation step by step; `people` maps names to users."""

    @transaction.atomic
    def build(self) -> None:
        self.make_people()
        self.make_goals()
        self.make_closed_cycle()
        self.make_open_cycle()
        self.make_between()

    # --- people ----------------------------------------------------------------------------------------------------
    def person(self, line: str, **fields) -> User:
        name, profession, grade, title = (part.strip() for part in line.split("|"))
        email = f"{name.lower().replace(' ', '.')}@{self.content['mail_domain']}"
        values = {"profession": profession, "grade_id": grade or None, "job_title": title} | fields
        joined_on = self.today - timedelta(days=700)
        user = User(email=email, name=name, joined_on=joined_on, **values)
        user.password = self.password
        user.save()
        self.people[name] = user
        return user

    def make_people(self) -> None:
        sample = User()
        sample.set_password(self.content["password"])  # hashed once: Argon2 is slow on purpose
        self.password = sample.password
        head = self.person(self.content["head"])
        for name, lines in self.content["teams"].items():
            team = Team.objects.create(name=name)
            lead = self.person(lines[0], team=team, manager=head)
            for line in lines[1:]:
                self.person(line, team=team, manager=lead)
        for row in self.content["staff"]:
            user = self.person(row["line"], manager=head, **dict.fromkeys(row.get("roles", []), True))
            user.partner_teams.set(Team.objects.filter(name__in=row.get("partner_of", [])))
        vouch_for(self.people.values())
        self.hr = self.people["Hanna Riedel"]
        User.objects.filter(name="Felix Baumann").update(joined_on=self.today - timedelta(days=20))
        User.objects.filter(name="Ravi Menon").update(
            leave_from=self.today - timedelta(days=30), leave_until=self.today + timedelta(days=60)
        )

    # --- goals and evidence ----------------------------------------------------------------------------------------
    def make_goals(self) -> None:
        templates = list(GoalTemplate.objects.order_by("pk"))
        engineers = [user for user in self.people.values() if user.profession == Profession.MLOPS_ENGINEER]
        for number, engineer in enumerate(engineers):
            for offset in range(3):
                self.make_goal(engineer, templates[(number * 3 + offset * 7) % len(templates)], number + offset)
            self.note_evidence(engineer, number)

    def make_goal(self, owner: User, template, number: int) -> None:
        manager = owner.manager
        values = {
            "starts_on": self.today - timedelta(days=150),
            "due_on": self.today + timedelta(days=20 + number % 40),
            "service": "fraud-scoring",
            "model": "demand-forecast",
        }
        [goal] = goals.from_template(template, [owner], by=manager, **values)
        if number % 9 == 8:
            return  # still waits for its owner
        goal = perform(goal, "agree", by=owner)
        share = (25, 60, 100, 80, 45)[number % 5]
        for part, comment in enumerate(self.content["check_ins"][: 1 + number % 3], 1):
            value = between(goal, share * part / (1 + number % 3))
            goals.check_in(
                goal, by=owner, value=value, comment=comment, confidence="behind" if share < 40 else "on_track"
            )

    def note_evidence(self, owner: User, number: int) -> None:
        for offset, row in enumerate(self.content["evidence"][: 1 + number % 3]):
            day = self.today - timedelta(days=20 + 40 * offset)
            fact = Evidence.objects.create(owner=owner, note=row["note"], happened_on=day)
            fact.codes.set(Code.objects.in_use().filter(key__in=row["codes"]))

    # --- cycles ----------------------------------------------------------------------------------------------------
    def new_cycle(self, name: str, start: int, end: int, due: dict, **fields) -> Cycle:
        """A launched cycle; `start`, `end` and `due` in days from today."""
        cycle = Cycle(
            name=name,
            template=Catalogue.objects.current().templates.first(),
            created_by=self.hr,
            period_start=self.today + timedelta(days=start),
            period_end=self.today + timedelta(days=end),
            joined_before=self.today - timedelta(days=60),
            **fields,
        )
        cycle.save()
        add_stages(cycle)
        for stage in cycle.stages.all():
            stage.due_on = self.day(due[stage.key])
            stage.is_enabled = stage.key != "calibration" or bool(due["calibration"])
            stage.save()
        return cycle

    def day(self, number: int):
        """`number` days from today; what is still to come is a working day, as the product proposes it."""
        day = self.today + timedelta(days=number)
        return next_working_day(day) if number > 0 else day

    def make_closed_cycle(self) -> None:
        due = dict.fromkeys(
            ("self_assessment", "peer_review", "manager_evaluation", "final_delivery", "acknowledgement"), 20
        )
        cycle = self.new_cycle("First half-year", -360, -180, due | {"calibration": 0})
        cycle.teams.set(Team.objects.filter(name__in=["Model Serving", "Feature Platform"]))
        for review in launch(cycle, by=self.hr):
            self.through(review, "acknowledged")
        close_cycle(cycle, by=self.hr, reason="Everybody has read their review.")

    def make_open_cycle(self) -> None:
        due = {
            "self_assessment": -2,
            "peer_review": 5,
            "manager_evaluation": 15,
            "calibration": 20,
            "final_delivery": 27,
        }
        cycle = self.new_cycle("Second half-year", -180, -1, due | {"acknowledgement": 34})
        reviews = {review.subject.name: review for review in launch(cycle, by=self.hr)}
        for name, action in SITUATIONS.items():
            getattr(self, action)(reviews[name])
        self.calibrate(cycle)
        self.stand_in()

    # --- the situations of the open cycle --------------------------------------------------------------------------
    def late(self, review):
        """Nothing written, and the deadline was two days ago."""

    def extended(self, review):
        moves.extend(review, self.today + timedelta(days=4), by=self.hr, reason="Was ill last week.")

    def drafting(self, review):
        self.extended(review)
        review = self.fresh(review)
        self.write(review, Purpose.SELF_ASSESSMENT, sections=1)

    def returned(self, review):
        self.through(review, "peer_review")
        moves.move(
            review, "return_self_assessment", by=review.manager, reason="Please add the May incident; it belongs here."
        )

    def list_waits(self, review):
        self.through(review, "peer_review")
        self.ask(self.fresh(review), approve=False)

    def collecting(self, review):
        review = self.through(review, "peer_review")
        self.give_feedback(review, answered=3, declined=2)

    def list_open(self, review):
        self.through(review, "peer_review")

    def too_few(self, review):
        review = self.through(review, "peer_review")
        self.give_feedback(review, answered=2, declined=0)
        moves.move(self.fresh(review), "move_on_to_evaluation", by=self.hr, reason="The window is over.")

    def evaluating(self, review):
        self.through(review, "manager_evaluation")

    def evaluation_returned(self, review):
        self.through(review, "calibration")
        moves.move(review, "return_evaluation", by=self.hr, reason="Two codes have no example.")

    def calibrating(self, review):
        self.through(review, "calibration")

    def manager_changed(self, review):
        self.through(review, "manager_evaluation")
        new = self.people["Pavel Dvorak"]
        note = "Carried the migration; the goals were agreed in March."
        moves.change_manager(self.fresh(review), new, by=self.hr, reason="Moved to another team.", contribution=note)

    def cancelled(self, review):
        moves.move(self.fresh(review), "cancel", by=self.hr, reason="Left the engineering ladder.")

    def calibrate(self, cycle: Cycle) -> None:
        """One group is locked: its reviews go on, and some of them to the end. Another is still open."""
        managers = [self.people[name] for name in ("Marta Keller", "Tomasz Zielinski", "Grace Mbeki")]
        waiting = list(cycle.reviews.filter(status="calibration").order_by("subject__name"))
        still_open, locked = waiting[:2], waiting[2:]
        for name, reviews in (("Serving and platform", locked), ("Infrastructure", still_open)):
            group = CalibrationGroup.objects.create(cycle=cycle, name=name, facilitator=self.hr)
            group.members.set(managers)
            group.reviews.set(reviews)
            if reviews is locked:
                perform(group, "lock", by=self.hr)
        for review, until in zip(
            locked, ("delivery", "delivered", "delivered", "acknowledged", "refused"), strict=False
        ):
            self.finish(self.fresh(review), until)

    def finish(self, review: Review, until: str) -> None:
        if until == "delivery":
            return
        self.deliver(review)
        if until == "acknowledged":
            self.acknowledge(self.fresh(review))
            Rebuttal.objects.create(review=review, text="I see the point about planning; the date was not in my hands.")
        elif until == "refused":
            moves.move(review, "record_refusal", by=self.hr, reason="Has read it and does not want to confirm.")

    def stand_in(self) -> None:
        absent, stand_in = self.people["Grace Mbeki"], self.people["Anton Vogel"]
        dates = {"starts_on": self.today - timedelta(days=3), "ends_on": self.today + timedelta(days=11)}
        people.delegate(Delegation(principal=absent, stand_in=stand_in, **dates), by=self.hr)

    def make_between(self) -> None:
        """Thanks and a question between cycles."""
        giver, receiver = self.people["Arjun Kapoor"], self.people["Priya Raman"]
        feedback.thank(Praise(giver=giver, receiver=receiver, text=self.content["keep"][0]), by=giver)
        question = "What should the release path do next for your models?"
        feedback.ask_colleague(
            FeedbackAsk(asker=receiver, giver=giver, about="The new release path", question=question), by=receiver
        )


def between(goal, share: float):
    """The value that lies `share` per cent of the way from baseline to target."""
    baseline = goal.baseline if goal.baseline is not None else 0
    return round(baseline + (goal.target - baseline) * type(goal.target)(share) / 100, 2)


SITUATIONS = {
    "Amara Okafor": "late",
    "Luca Ferrante": "extended",
    "Priya Raman": "drafting",
    "Jonas Weber": "returned",
    "Sofie Lindqvist": "list_open",
    "Kenji Morita": "list_waits",
    "Noor Haddad": "evaluating",
    "Elena Petrova": "collecting",
    "Samuel Adeyemi": "collecting",
    "Ingrid Solberg": "too_few",
    "Diego Marquez": "evaluation_returned",
    "Yara Nasser": "calibrating",
    "Anton Vogel": "calibrating",
    "Chiara Rossi": "calibrating",
    "Mateus Lima": "calibrating",
    "Hana Suzuki": "calibrating",
    "Oskar Nyman": "calibrating",
    "Leila Farouk": "manager_changed",
    "Nadia Benali": "calibrating",
    "Tuan Pham": "evaluating",
    "Clara Engel": "cancelled",
    "Marta Keller": "drafting",
}
