"""The product as in production: gunicorn with as many workers as `serve` has, spoken to over one open connection."""

import gzip
import http.client
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

HOST = "127.0.0.1"
CSRF = "b" * 32


@contextmanager
def running(port: int, workers: int = 2):
    """A started server; ends with the block."""
    env = os.environ | {"BASE_URL": f"http://{HOST}:{port}"}
    env.pop("DATABASE_OPTIONS", None)  # the product's own limits
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], env=env, check=True)
    web = f"gunicorn config.wsgi --preload --bind {HOST}:{port} --workers {workers} --threads 4 --log-level error"
    process = subprocess.Popen([sys.executable, "-m", *web.split(), "--no-control-socket"], env=env)
    try:
        wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait(20)


def wait_for(port: int, path: str = "/healthz", seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if Browser(port).get(path).status < 500:
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nothing answers on port {port}")


@dataclass(frozen=True)
class Answer:
    """One answer: seconds until its last byte, what the meter says, and the body as it was sent."""

    status: int
    seconds: float
    headers: dict
    body: bytes

    @property
    def json(self) -> dict:
        packed = self.headers.get("content-encoding") == "gzip"
        return json.loads(gzip.decompress(self.body) if packed else self.body)


@dataclass
class Browser:
    """One signed-in person, or nobody: cookies and one connection that stays open."""

    port: int
    cookies: dict = field(default_factory=dict)

    def __post_init__(self):
        self.line = http.client.HTTPConnection(HOST, self.port, timeout=60)
        self.cookies = {"plumbline_csrf": CSRF} | self.cookies

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, data: dict, **headers) -> Answer:
        body = urlencode(data)
        kind = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF}
        return self._ask("POST", path, body, kind | headers)

    def _ask(self, method, path, body=None, headers=None) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = (headers or {}) | {"Cookie": cookies, "Accept-Encoding": "gzip"}
        try:
            took, response, content = self._once(method, path, body, headers)
        except http.client.RemoteDisconnected:  # the server closes a line that was silent for two seconds
            self.line.close()
            self.line.connect()
            took, response, content = self._once(method, path, body, headers)
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        return Answer(response.status, took, {k.lower(): v for k, v in response.getheaders()}, content)

    def _once(self, method, path, body, headers):
        began = time.perf_counter()
        self.line.request(method, path, body, headers)
        response = self.line.getresponse()
        content = response.read()
        return time.perf_counter() - began, response, content


def signed_in(port: int, user) -> Browser:
    """As `user`, by a session made in the database."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return Browser(port, {settings.SESSION_COOKIE_NAME: session})
