"""A YAML file from outside, read without trust: no tags, no anchors, nothing unknown; every error names its path."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _

from foundation.ui.drafts import why_unstorable

MOST_BYTES = 2_000_000
MOST_DEPTH = 20  # of values inside values; a version has seven
MOST_ERRORS = 50  # that are told at once
LONGEST_TEXT = 20_000  # characters
LONGEST_NUMBER = 20  # characters of a number in the file
Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where PyYAML was built with it
KEY = re.compile(r"[a-z0-9_]+")
_scalars = yaml.constructor.SafeConstructor()


class FileRefused(ValueError):
    """A file that is not imported; `errors` are sentences, each with the path it is about."""

    def __init__(self, errors: list[str]):
        super().__init__(errors[0])
        self.errors = errors


def parsed(content: bytes) -> Any:
    """The values of a YAML file. Raises FileRefused for what is too large, broken, or more than plain values."""
    if len(content) > MOST_BYTES:
        raise FileRefused([_("The file is larger than 2 MB.")])
    try:
        text = content.decode("utf-8-sig")
        _refuse_cleverness(text)
        return _value(yaml.compose(text, Loader=Parser), "")
    except UnicodeDecodeError:
        raise FileRefused([_("The file is not text in UTF-8.")]) from None
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark
        line = mark.line + 1 if mark else 1
        raise FileRefused([_("Line %(line)d: this is not YAML.") % {"line": line}]) from None
    except (yaml.YAMLError, RecursionError):
        raise FileRefused([_("The file is not YAML.")]) from None


def _refuse_cleverness(text: str) -> None:
    """Anchors repeat content without end, tags make objects, depth exhausts the reader: a version needs none of it."""
    depth = 0
    for event in yaml.parse(text, Loader=Parser):
        mark: Any = event.start_mark
        place = {"line": mark.line + 1}
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise FileRefused([_("Line %(line)d: anchors and aliases are not read.") % place])
        if getattr(event, "tag", None):
            raise FileRefused([_("Line %(line)d: tags are not read.") % place])
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_DEPTH:
            raise FileRefused([_("Line %(line)d: values are nested too deeply.") % place])


def _value(node: yaml.Node | None, path: str) -> Any:
    """As plain Python; dates stay texts, and a key stands once."""
    if node is None:
        return None
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, f"{path}[{number}]") for number, each in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = _value(key_node, path)
            if isinstance(key, dict | list) or key in found:
                line = {"line": key_node.start_mark.line + 1}
                raise FileRefused([_("Line %(line)d: a key is a word that stands once.") % line])
            found[key] = _value(value_node, f"{path}.{key}")
        return found
    return _scalar(node) if isinstance(node, yaml.ScalarNode) else None


def _scalar(node: yaml.ScalarNode) -> Any:
    kind = node.tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return _scalars.construct_yaml_bool(node)
    if kind in ("int", "float") and len(node.value) <= LONGEST_NUMBER:
        try:
            made = _scalars.construct_yaml_int if kind == "int" else _scalars.construct_yaml_float
            return made(node)
        except (ValueError, OverflowError):
            return node.value
    return node.value


@dataclass
class Row:
    """A mapping of an uploaded file. What is wrong with it is noted in `errors`, which all rows of a file share.

    Every reading method gives a harmless value for one that is wrong: nothing may be stored while there are errors.
    """

    value: Mapping
    path: str
    errors: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    def error(self, name: str, words: str) -> None:
        if len(self.errors) < MOST_ERRORS:
            path = f"{self.path}.{name}" if self.path and name else self.path or name or _("top level")
            self.errors.append(f"{path[:200]}: {words}")

    def _get(self, name: str, is_needed: bool) -> Any:
        self.known.add(name)
        if self.value.get(name) is None:
            if is_needed:
                self.error(name, _("is missing"))
            return None
        return self.value[name]

    def text(self, name: str, most: int = LONGEST_TEXT, *, is_needed: bool = False) -> str:
        value = self._get(name, is_needed)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.error(name, _("must be a text"))
        elif len(value) > most:
            self.error(
                name, _("has %(count)d characters, and the most is %(most)d") % {"count": len(value), "most": most}
            )
        elif problem := why_unstorable(value):
            self.error(name, problem)
        elif is_needed and not value.strip():
            self.error(name, _("is empty"))
        else:
            return value
        return ""

    def key(self, name: str = "key", most: int = 40, pattern: re.Pattern = KEY) -> str:
        value = self.text(name, most, is_needed=True)
        if value and not pattern.fullmatch(value):
            self.error(name, _("holds characters that a key has not"))
        return value

    def number(self, name: str, least: int, most: int, default: int = 0) -> int:
        """A whole number; `default` where there is none."""
        value = self.number_or_none(name, least, most)
        return default if value is None else value

    def number_or_none(self, name: str, least: int, most: int) -> int | None:
        value = self._get(name, is_needed=False)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.error(name, _("must be a whole number"))
        elif not least <= value <= most:
            self.error(name, _("must be from %(least)d to %(most)d") % {"least": least, "most": most})
        else:
            return value
        return None

    def share(self, name: str) -> float:
        """A number from 0 to 1."""
        value = self._get(name, is_needed=False)
        if value is None:
            return 1.0
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            self.error(name, _("must be a number from 0 to 1"))
            return 1.0
        return float(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self._get(name, is_needed=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.error(name, _("must be true or false"))
            return default
        return value

    def one_of(self, name: str, options: Iterable[str], *, is_needed: bool = True) -> str:
        """One of `options`; empty where there is none."""
        value = self._get(name, is_needed)
        if value is None:
            return ""
        if not isinstance(value, str) or value not in set(options):
            self.error(name, _("“%(value)s” is not known here") % {"value": str(value)[:60]})
            return ""
        return value

    def rows(self, name: str, most: int = 1000, *, unique: str = "key") -> list["Row"]:
        """A list of mappings, no two of which have the same value of `unique`."""
        value = self._get(name, is_needed=False)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > most:
            self.error(name, _("must be a list of at most %(most)d") % {"most": most})
            return []
        found, taken = [], set()
        for number, each in enumerate(value):
            key = each.get(unique) if isinstance(each, Mapping) else None
            named = key if isinstance(key, str) and key else number
            path = f"{self.path}.{name}[{named}]" if self.path else f"{name}[{named}]"
            row = Row(each if isinstance(each, Mapping) else {}, path, self.errors)
            if not isinstance(each, Mapping):
                row.error("", _("must have named values"))
            if isinstance(key, str) and key in taken:
                row.error("", _("stands here twice"))
            taken.add(key) if isinstance(key, str) else None
            found.append(row)
        return found

    def pairs(self, name: str) -> Iterator[tuple[Any, Any]]:
        """The keys and values of a mapping inside this one."""
        value = self._get(name, is_needed=False)
        if value is not None and not isinstance(value, Mapping):
            self.error(name, _("must have named values"))
            value = None
        yield from (value or {}).items()

    def numbers(self, name: str, least: int, most: int) -> list[int]:
        value = self._get(name, is_needed=False)
        if value is None:
            return []
        is_right = isinstance(value, list) and all(
            isinstance(each, int) and not isinstance(each, bool) and least <= each <= most for each in value
        )
        if not is_right or len(value) > most:
            self.error(name, _("must be a list of numbers from %(least)d to %(most)d") % {"least": least, "most": most})
            return []
        return value

    def done(self) -> None:
        """All values were asked for: any other is unknown."""
        for name in self.value:
            if name not in self.known:
                self.error(str(name)[:60], _("is not known here"))
