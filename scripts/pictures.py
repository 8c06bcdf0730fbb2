#!/usr/bin/env python
"""Make docs/images/*.png from the running product with its demo people. For maintainers; needs Chromium."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs/images"
PORT = 8093
ADDRESS = f"http://127.0.0.1:{PORT}"
PASSWORD = "plumbline-demo"  # noqa: S105
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def start(data: str) -> subprocess.Popen:
    env = os.environ | {"PLUMBLINE_DATA": data, "BASE_URL": ADDRESS, "DEMO": "1", "DEBUG": "0"}
    command = [sys.executable, "manage.py", "serve", "--bind", f"127.0.0.1:{PORT}"]
    product = subprocess.Popen(command, cwd=ROOT, env=env)  # noqa: S603
    for _ in range(600):
        time.sleep(0.2)
        try:
            if urlopen(f"{ADDRESS}/healthz", timeout=1).status == 200:  # noqa: S310
                return product
        except OSError:
            continue
    raise SystemExit("The product did not start.")


def sign_in(page: Page, email: str) -> None:
    page.goto(f"{ADDRESS}/accounts/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("form button[type=submit]")


def evaluation(page: Page) -> None:
    """A manager weighs self-assessment, collaborators and goals beside the form."""
    sign_in(page, "marta.keller@demo.example")
    page.goto(f"{ADDRESS}/team/")
    page.locator("main").get_by_role("link", name="Noor Haddad").first.click()
    page.goto(f"{page.url}evaluation/")
    page.screenshot(path=IMAGES / "evaluation.png")


def result(page: Page) -> None:
    """What an engineer reads after delivery: every code, seen by three sides."""
    sign_in(page, "priya.raman@demo.example")
    page.locator("main").get_by_role("link", name="First half-year").first.click()
    page.get_by_role("heading", name="Performance codes").evaluate("heading => heading.scrollIntoView()")
    page.screenshot(path=IMAGES / "result.png", clip={"x": 62, "y": 36, "width": 780, "height": 660})


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        product = start(data)
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for picture in (evaluation, result):
                picture(browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce"))
        finally:
            product.send_signal(signal.SIGTERM)
            product.wait(30)


if __name__ == "__main__":
    main()
