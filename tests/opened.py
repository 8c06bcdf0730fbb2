"""What a browser sends back with a form beside what is typed: what the form was made from."""

from html.parser import HTMLParser


def opened(client, url) -> dict:
    """The hidden fields of the forms on the page at `url`, as this client sees it now."""
    page = client.get(url)
    assert page.status_code == 200, url
    forms = [page.context[name] for name in ("form", "note_form") if page.context.get(name)]
    forms += list(page.context.get("points") or [])
    hidden = {}
    for form in forms:
        if "base" in form.fields:
            hidden[form.add_prefix("base")] = form["base"].value()
    return hidden


class FormReader(HTMLParser):
    """The forms of a page with the values a browser would send with each, untouched: a list per name."""

    def __init__(self, html: str):
        super().__init__()
        self.forms: list[dict[str, list]] = []
        self.select, self.text = "", ""
        self.feed(html)

    def add(self, name, value):
        if self.forms and name:
            self.forms[-1].setdefault(name, []).append(value)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.forms.append({})
        elif tag == "input":
            is_box = given.get("type") in ("checkbox", "radio")
            if given.get("type") not in ("submit", "file") and (not is_box or "checked" in given):
                self.add(given.get("name"), given.get("value", "on" if is_box else ""))
        elif tag == "select":
            self.select = given.get("name", "")
        elif tag == "option" and self.select and "selected" in given:
            self.add(self.select, given.get("value", ""))
        elif tag == "textarea":
            self.text = given.get("name", "")
            self.add(self.text, "")

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = ""
        elif tag == "textarea":
            value = self.forms[-1][self.text]
            value[-1] = value[-1].removeprefix("\n")  # browsers leave out the first line break
            self.text = ""

    def handle_data(self, data):
        if self.text:
            self.forms[-1][self.text][-1] += data


def as_sent(answer, name: str) -> dict[str, list]:
    """What a browser would send with the form of this page that has a field `name`; pages may have several forms."""
    prefix = name.rpartition("-")[0]
    base = f"{prefix}-base" if prefix else "base"
    found = [values for values in FormReader(answer.content.decode()).forms if base in values]
    return next((values for values in found if name in values), found[0])
