"""The product's own YAML files: starter content, texts of mails, the demo."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

# The parser written in C is ten times as fast; a build of PyYAML without it has the other one.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """The content of one file. Raises OSError, yaml.YAMLError."""
    return yaml.load(path.read_text(), Loader=Loader)  # noqa: S506 (both loaders are safe ones)


class ContentError(ValueError):
    """Something is wrong with a file of content; the message names the file and the place in it."""


class Node:
    """A mapping of a content file that knows its file and path, which errors about it name."""

    def __init__(self, file: str, path: str, value: Any):
        self.file, self.path, self.value = file, path, value
        if not isinstance(value, Mapping):
            raise self.error("must have named values")

    def error(self, words: str) -> ContentError:
        return ContentError(f"{self.file}: {self.path or 'top level'}: {words}")

    def __getitem__(self, name: str) -> Any:
        """Raises ContentError when there is no such value."""
        if name not in self.value:
            raise self.error(f"“{name}” is missing")
        return self.value[name]

    def __contains__(self, name: str) -> bool:
        return name in self.value

    def get(self, name: str, default: Any = None) -> Any:
        return self.value.get(name, default)

    def node(self, name: str) -> "Node":
        return Node(self.file, self._below(name), self[name])

    def nodes(self, name: str) -> Iterator["Node"]:
        """The mappings of a list, each named by its key or code where it has one, otherwise by its place."""
        rows = self[name]
        if not isinstance(rows, list):
            raise self.error(f"“{name}” must be a list")
        for number, row in enumerate(rows):
            key = row.get("key", row.get("code", number)) if isinstance(row, Mapping) else number
            yield Node(self.file, f"{self._below(name)}[{key}]", row)

    def one_of(self, name: str, known: Mapping[str, Any], default: Any = None) -> Any:
        """What `known` has for this value. Raises ContentError for a value that it does not have."""
        if default is not None and name not in self.value:
            return default
        value = self[name]
        if value not in known:
            raise self.error(f"“{name}” is “{value}”; known are {', '.join(map(str, known))}")
        return known[value]

    def _below(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def read_content(path: Path, *, schema_version: int) -> Node:
    """A whole file. Raises ContentError when it has another schema version, OSError, yaml.YAMLError."""
    content = Node(path.name, "", read_yaml(path))
    if content["schema_version"] != schema_version:
        raise content.error(f"schema version {content['schema_version']} cannot be read, only {schema_version}")
    return content
