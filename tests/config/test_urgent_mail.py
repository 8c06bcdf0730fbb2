"""Messages have a worker of their own: what somebody waits for never stands behind long jobs."""

import os

from tests.config.started import HR, OwnDatabase, Served, manage, surroundings
from tests.config.visitor import Visitor

SECONDS = 20  # on a busy machine; the sweep alone would take up to 60
BROKER = {"CELERY_BROKER_URL": "filesystem://localhost"}
# Two exports that wait as long as we want: each is written into a pipe that nobody reads yet.
START = """
import os
from pathlib import Path
from django.conf import settings
from foundation.outbox.models import Job
from foundation.outbox.tasks import run_job
from people.models import User
from tests.factories import make_review, make_user
hr = User.objects.get(is_hr=True)
review = make_review(make_user("Priya Raman", manager=make_user("Marta Keller")), hr)
folder = Path(settings.MEDIA_ROOT) / "jobs"
folder.mkdir(exist_ok=True)
for number in range(2):
    job = Job.objects.create(kind="cycle_zip", owner=hr, key=f"long:{number}", target_id=review.cycle_id)
    os.mkfifo(folder / f"{job.pk}.part")
    run_job.delay(str(job.pk))
print("started")
"""
RUNNING = "from foundation.outbox.models import Job; print(Job.objects.filter(status='running').count())"


def test_a_sign_in_code_arrives_within_seconds_beside_two_long_jobs(tmp_path):
    """cases G8: codes first in the queue, also when every thread for jobs is taken."""
    data = tmp_path / "data"
    with OwnDatabase(os.environ.get("DATABASE_URL")) as own:
        served = Served(data, **HR, **own, **BROKER)
        env = surroundings(data, **own, **BROKER)

        def shell(code):
            return manage("shell", "--no-imports", "-c", code, env=env).stdout.strip()

        def codes():
            return [each for each in (data / "mails").iterdir() if "Subject: Your sign-in code" in each.read_text()]

        pipes = []
        try:
            served.ready()
            assert shell(START) == "started"
            served.until(lambda: shell(RUNNING) == "2")
            form = {"email": HR["FIRST_HR_EMAIL"]}
            assert Visitor(served.port).post("/accounts/login/code/", **form)[0] == 302
            served.until(codes, seconds=SECONDS)
            assert len(codes()) == 1
            assert shell(RUNNING) == "2"
        finally:
            pipes += [os.open(each, os.O_RDWR) for each in data.glob("files/jobs/*.part")]  # lets them end
            served.end()
            for each in pipes:
                os.close(each)
