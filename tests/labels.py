"""The labels of the inputs on a page, as a browser would work them out."""

from dataclasses import dataclass
from html.parser import HTMLParser

GROUPS = ("fieldset", "section")
SILENT = {"hidden", "submit", "button", "reset", "image"}


@dataclass
class Input:
    """One input: its attributes, and the words of the labels and legends it stands in."""

    kind: str
    given: dict
    around: list
    legends: list

    @property
    def name(self) -> str:
        return self.given.get("name", "")


class Page(HTMLParser):
    """Reads the inputs of a page, and the words of its labels and legends."""

    def __init__(self, html: str):
        super().__init__()
        self.inputs: list[Input] = []
        self.labels: dict[str, list] = {}
        self.open: list[tuple[str, list]] = []
        self.legends: list[list] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in GROUPS:  # a region says its name when it is entered; its id stands for that name
            name = given.get("aria-labelledby") if tag == "section" else None
            self.legends.append([[name]] if name else [])
        is_silent = given.get("type") in SILENT or "hidden" in given or given.get("aria-hidden") == "true"
        if tag in ("input", "select", "textarea") and not is_silent:
            around = [words for name, words in self.open if name == "label"]
            self.inputs.append(Input(given.get("type", tag), given, around, list(self.legends)))
        if tag in ("label", "legend"):
            words: list = []
            self.open.append((tag, words))
            if given.get("for"):
                self.labels.setdefault(given["for"], []).append(words)
            if tag == "legend" and self.legends:
                self.legends[-1].append(words)

    def handle_endtag(self, tag):
        if tag in GROUPS and self.legends:
            self.legends.pop()
        if tag in ("label", "legend") and self.open:
            self.open.pop()

    def handle_data(self, data):
        for _, words in self.open:
            words.append(data)

    def own_words(self, one: Input) -> list[str]:
        """What labels this input alone."""
        lists = [*one.around, *self.labels.get(one.given.get("id", ""), [])]
        return [one.given.get("aria-label") or "", *(text for words in lists for text in words)]

    def label_of(self, one: Input) -> str:
        """What a screen reader says, the legends of its groups first."""
        legends = [text for group in one.legends for words in group for text in words]
        return " ".join(" ".join([*legends, *self.own_words(one)]).split())


def faults(html: str) -> list[str]:
    """Inputs without a label of their own, and labels that two inputs of different names share."""
    page = Page(html)
    found, owners = [], {}
    for one in page.inputs:
        label = page.label_of(one)
        if not one.given.get("aria-labelledby") and len("".join(page.own_words(one)).strip("*: \n")) < 2:
            found.append(f"{one.name}: no label")
        elif one.kind not in ("radio", "checkbox") and owners.setdefault(label, one.name) != one.name:
            found.append(f"{one.name}: the label of {owners[label]} ({label})")
    return found
