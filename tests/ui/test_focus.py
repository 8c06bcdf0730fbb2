"""What has the focus, and what is current, can be seen: by keyboard, and in the colours of the system (cases H5)."""

import pytest

from tests.browser import browser, open_page, signed_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.ui.urls")]

RING = """() => {
    const one = document.activeElement, style = getComputedStyle(one), probe = document.createElement("canvas");
    const ctx = probe.getContext("2d", { willReadFrequently: true });
    const rgb = (colour) => {
        ctx.clearRect(0, 0, 1, 1);
        ctx.fillStyle = colour;
        ctx.fillRect(0, 0, 1, 1);
        return [...ctx.getImageData(0, 0, 1, 1).data];
    };
    let ground = one.parentElement;
    const isClear = (one) => rgb(getComputedStyle(one).backgroundColor)[3] < 255;
    while (ground.parentElement && isClear(ground)) ground = ground.parentElement;
    const light = ([r, g, b]) => {
        const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.03928 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const pair = [light(rgb(style.outlineColor)), light(rgb(getComputedStyle(ground).backgroundColor))].sort();
    return {
        name: one.textContent.trim().slice(0, 30) || one.className || one.tagName,
        wide: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
        contrast: (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05),
        inNavigation: Boolean(one.closest(".topbar")),
    };
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_whatever_has_the_focus_in_the_top_bar_has_an_outline(live_server, open_page, theme):  # noqa: F811
    """cases H5: at least 2 pixels wide, with a contrast of 3:1 to what lies behind."""
    page = open_page(theme=theme)
    page.goto(f"{live_server.url}/styleguide/")
    page.locator(".skip-link").focus()
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        ring = page.evaluate(RING)
        if ring["inNavigation"]:
            seen.append(ring)
    names = [ring["name"] for ring in seen]
    assert {"Home", "Goals", "Catalogue"} <= set(names)
    assert [ring for ring in seen if ring["wide"] < 2 or ring["contrast"] < 3] == []


GROUND = "one => getComputedStyle(one).backgroundColor"


def test_current_things_and_bars_are_seen_in_forced_colours(live_server, open_page):  # noqa: F811
    """cases H5: the active entry, the current step, the selected tab and bars have a ground of their own."""
    page = open_page(forced_colors="active")
    page.goto(f"{live_server.url}/styleguide/")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    page.locator("main").evaluate(
        """main => main.insertAdjacentHTML("beforeend", `<ul class="tabs" id="tabs"><li><a href="#" aria-current="page">
        One</a></li><li><a href="#">Two</a></li></ul>`)"""
    )
    page.locator(".topbar .nav-link").last.evaluate("link => link.setAttribute('aria-current', 'page')")
    pairs = {
        "active entry": (".topbar .nav-link[aria-current]", ".topbar .nav-link:not([aria-current])"),
        "current step": (".step.is-now .step-dot", ".step.is-next .step-dot"),
        "selected tab": ("#tabs a[aria-current]", "#tabs a:not([aria-current])"),
    }
    same = [
        name
        for name, (current, other) in pairs.items()
        if page.locator(current).first.evaluate(GROUND) == page.locator(other).first.evaluate(GROUND)
    ]
    assert same == []
    bar = page.locator("progress").first
    assert bar.evaluate("one => getComputedStyle(one).borderTopWidth") == "1px"
