"""The product's own YAML files: starter content, texts of mails, the demo."""

from pathlib import Path
from typing import Any

import yaml

# The parser written in C is ten times as fast; a build of PyYAML without it has the other one.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """The content of one file. Raises OSError, yaml.YAMLError."""
    return yaml.load(path.read_text(), Loader=Loader)  # noqa: S506 (both loaders are safe ones)
