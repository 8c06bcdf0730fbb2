"""The form of a giver as the product itself serves it: how much comes over the line, and what a deploy does to it."""

import os
import re
import subprocess
import sys
from urllib.request import Request, urlopen

import pytest

from tests.browser import browser, open_page  # noqa: F401
from tests.config.started import HR, ROOT, OwnDatabase, Served, surroundings

pytestmark = pytest.mark.browser
SAVED = re.compile(r"^Saved \d")
ASK = """
import django, uuid
django.setup()
from feedback.access_links import services as links
from tests.factories import make_collecting_round, make_user
manager, subject = (make_user(email=f"{uuid.uuid4()}@example.org") for _each in range(2))
_round, [request] = make_collecting_round(subject, ["stakeholder"], manager=manager)
print(links.mint(request)["answer"])
"""


class Installation:
    """One address and one data folder, served by one version after the other."""

    def __init__(self, data, values):
        self.data, self.values = data, values
        self.version = Served(data, **values).ready()
        self.address, self.port = self.version.address, self.version.port

    @property
    def secret_key(self) -> str:
        return (self.data / "secret_key").read_text().strip()

    def stop(self):
        self.version.end()

    def start(self, **changes):
        self.version = Served(self.data, port=self.port, **self.values | changes).ready()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with OwnDatabase(os.environ.get("DATABASE_URL")) as database:
        installation = Installation(tmp_path_factory.mktemp("given") / "data", database | HR | {"DEBUG": "0"})
        yield installation
        installation.version.kill()


@pytest.fixture
def link(served):
    """Where somebody is asked, as a mail says it."""
    changes = {"DJANGO_SETTINGS_MODULE": "config.settings", "BASE_URL": served.address}
    env = surroundings(served.data, **served.values | changes)
    asked = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    return f"{served.address}/f/{asked.stdout.strip()}/"


def weigh(page) -> dict[str, int]:
    """By address the bytes that come over the line from now on, as the browser counts them, headers and all."""
    session, names, bytes_of = page.context.new_cdp_session(page), {}, {}
    session.send("Network.enable")
    session.on("Network.responseReceived", lambda event: names.update({event["requestId"]: event["response"]["url"]}))

    def note(event):
        bytes_of[names[event["requestId"]]] = event["encodedDataLength"]

    session.on("Network.loadingFinished", note)
    return bytes_of


def test_the_first_page_weighs_less_than_60_kb_with_all_it_loads(link, open_page):  # noqa: F811
    page = open_page(390)
    arrived = weigh(page)
    page.goto(link, wait_until="networkidle")
    assert {"css", "js"} <= {address.rpartition(".")[2] for address in arrived}
    assert sum(size for address, size in arrived.items() if not address.endswith(".woff2")) < 60_000


def test_styles_have_a_name_of_their_own_for_ever_and_come_compressed(served):
    with urlopen(f"{served.address}/accounts/login/") as page:
        [name] = re.findall(r'"(/static/css/base\.\w{12}\.css)"', page.read().decode())
    with urlopen(Request(served.address + name, headers={"Accept-Encoding": "br"})) as styles:
        assert styles.headers["Content-Encoding"] == "br"
        assert "immutable" in styles.headers["Cache-Control"]


def test_a_deploy_with_a_new_secret_key_loses_nothing_of_what_is_being_typed(served, link, open_page):  # noqa: F811
    page = open_page(390)
    page.goto(link)
    form = f"{page.url}4/"
    page.goto(form)
    page.locator("textarea").first.fill("typed before")
    page.get_by_text(SAVED).wait_for()
    served.stop()
    page.locator("textarea").first.fill("typed before, and typed while nobody served it")
    page.get_by_text("Not saved yet").wait_for()
    served.start(SECRET_KEY="n" * 60, SECRET_KEY_FALLBACKS=served.secret_key)
    page.get_by_text(SAVED).wait_for(timeout=60_000)
    page.goto(form)
    assert page.locator("textarea").first.input_value() == "typed before, and typed while nobody served it"
    page.context.clear_cookies(name="link")  # and the link of the mail opens it as before
    page.goto(link)
    page.goto(form)
    assert page.locator("textarea").first.input_value() == "typed before, and typed while nobody served it"
