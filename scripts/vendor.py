#!/usr/bin/env python
"""Fetch the front-end files we ship, pinned, with their licences and checksums. For maintainers; needs npm.

With --check it only compares the files in the repository with VENDOR.json, without the network.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
SHIPPED, FOR_TESTS = ROOT / "static/vendor", ROOT / "tests/vendor"
ICONS = (ROOT / "scripts/icons.txt").read_text().split()
SOURCE_MAP = re.compile(rb"\s*(/\*|//)[#@] sourceMappingURL=.*?(\*/|$)", re.MULTILINE)
SVG = "http://www.w3.org/2000/svg"


@dataclass(frozen=True)
class Package:
    """`files` maps a path in the package to the file name here; everything lands in `folder`."""

    name: str
    version: str
    folder: Path
    files: dict[str, str]
    icons: bool = False


PACKAGES = [
    Package("bootstrap", "5.3.8", SHIPPED / "bootstrap", {
        "dist/css/bootstrap.min.css": "bootstrap.min.css",
        "dist/js/bootstrap.bundle.min.js": "bootstrap.bundle.min.js",
        "LICENSE": "LICENSE",
    }),
    Package("@fontsource-variable/inter", "5.3.0", SHIPPED / "inter", {
        "files/inter-latin-wght-normal.woff2": "inter-latin-wght-normal.woff2",
        "files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext-wght-normal.woff2",
        "LICENSE": "LICENSE",
    }),
    Package("@tabler/icons", "3.51.0", SHIPPED / "tabler", {"LICENSE": "LICENSE"}, icons=True),
    Package("axe-core", "4.14.1", FOR_TESTS / "axe", {
        "axe.min.js": "axe.min.js",
        "LICENSE": "LICENSE",
        "LICENSE-3RD-PARTY.txt": "LICENSE-3RD-PARTY.txt",
    }),
]  # fmt: skip


def fetch(package: Package, into: str) -> tarfile.TarFile:
    """The archive of `package`, fetched by the maintainer's own npm set-up."""
    command = ["npm", "pack", "--silent", "--pack-destination", into, f"{package.name}@{package.version}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return tarfile.open(Path(into) / done.stdout.split()[-1])


def content(archive: tarfile.TarFile, path: str) -> bytes:
    """Bytes of one file of the archive. Raises KeyError when the package has no such file."""
    file = archive.extractfile(f"package/{path}")
    return file.read() if file else b""


def sprite(archive: tarfile.TarFile) -> bytes:
    """One SVG with a symbol per icon: stroke and size come from our CSS."""
    ElementTree.register_namespace("", SVG)
    root = ElementTree.Element(f"{{{SVG}}}svg")
    for name in ICONS:
        symbol = ElementTree.SubElement(root, f"{{{SVG}}}symbol", id=name, viewBox="0 0 24 24")
        drawn = ElementTree.fromstring(content(archive, f"icons/outline/{name}.svg"))  # noqa: S314
        symbol.extend(path for path in drawn if path.get("stroke") != "none")  # without the invisible frame
    return re.sub(rb">\s+<", b"><", ElementTree.tostring(root)) + b"\n"


def without_source_map(data: bytes) -> bytes:
    """Manifest storage refuses files that point to a map we do not ship."""
    return SOURCE_MAP.sub(b"", data)


def copy(package: Package, archive: tarfile.TarFile) -> None:
    package.folder.mkdir(parents=True, exist_ok=True)
    for origin, name in package.files.items():
        data = content(archive, origin)
        if name.endswith((".js", ".css")):
            data = without_source_map(data)
        (package.folder / name).write_bytes(data)
    if package.icons:
        (package.folder / "icons.svg").write_bytes(sprite(archive))


def checksums(package: Package) -> dict[str, str]:
    """SHA-256 of every file in the package's folder, by path relative to VENDOR.json."""
    base = package.folder.parent
    files = sorted(each for each in package.folder.rglob("*") if each.is_file())
    return {str(each.relative_to(base)): hashlib.sha256(each.read_bytes()).hexdigest() for each in files}


def described(base: Path) -> dict:
    """What VENDOR.json in `base` has to say about the files that are there now."""
    here = [each for each in PACKAGES if each.folder.parent == base]
    return {"packages": [{"package": p.name, "version": p.version, "files": checksums(p)} for p in here]}


def refresh() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            with fetch(package, folder) as archive:
                copy(package, archive)
    for base in (SHIPPED, FOR_TESTS):
        (base / "VENDOR.json").write_text(json.dumps(described(base), indent=2) + "\n")


def differences() -> list[str]:
    """Names of the VENDOR.json files that do not describe what lies beside them."""
    lists = [base / "VENDOR.json" for base in (SHIPPED, FOR_TESTS)]
    return [str(each.relative_to(ROOT)) for each in lists if json.loads(each.read_text()) != described(each.parent)]


if __name__ == "__main__":
    if "--check" not in sys.argv:
        refresh()
    if different := differences():
        sys.exit(f"These files do not match what lies beside them: {', '.join(different)}")
