"""A visitor with an address and cookies of their own, over a real connection."""

import http.client
import re
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode


class Visitor:
    """Connects to `port` from `address` (any of 127.0.0.0/8 is this machine)."""

    def __init__(self, port: int, address: str = "127.0.0.1"):
        self.port, self.address, self.cookies = port, address, {}
        self.seconds = 0.0

    def ask(self, method: str, path: str, form: dict | None = None, headers: dict | None = None):
        """Status, headers and text of one answer; `seconds` is how long it took."""
        began = time.monotonic()
        inner = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(self.address, 0))
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **(headers or {})}
        body = urlencode(form) if form is not None else None
        if form is not None:
            sent |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{self.port}",
            }
        inner.request(method, path, body, {"Host": f"127.0.0.1:{self.port}", **sent})
        answer = inner.getresponse()
        text = answer.read().decode(errors="replace")
        self.seconds = time.monotonic() - began
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        inner.close()
        return answer.status, answer.headers, text

    def get(self, path: str):
        return self.ask("GET", path)

    def post(self, path: str, page: str | None = None, **form):
        """Fill the form on `page` (by default the same address) and send it."""
        _status, _headers, text = self.get(page or path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1]
        return self.ask("POST", path, {"csrfmiddlewaretoken": token, **form})

    def sign_in(self, email: str, password: str) -> int:
        """The status: 302 is in."""
        return self.post("/accounts/login/", login=email, password=password)[0]
