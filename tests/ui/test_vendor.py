"""What we ship of others is complete, unchanged and licensed."""

import gzip
import json
import subprocess
import sys

import pytest

from scripts import vendor


def test_every_file_is_the_one_we_pinned():
    assert vendor.differences() == []


def test_a_changed_file_is_noticed(tmp_path, monkeypatch):
    (tmp_path / "bootstrap").mkdir()
    (tmp_path / "bootstrap/LICENSE").write_text("MIT")
    package = vendor.Package("bootstrap", "5.3.8", tmp_path / "bootstrap", {})
    before = vendor.checksums(package)
    (tmp_path / "bootstrap/LICENSE").write_text("GPL")
    assert before.keys() == vendor.checksums(package).keys() == {"bootstrap/LICENSE"}
    assert before != vendor.checksums(package)


@pytest.mark.parametrize("package", vendor.PACKAGES, ids=lambda package: package.name)
def test_every_package_has_its_licence_beside_it(package):
    text = (package.folder / "LICENSE").read_text()
    assert any(name in text for name in ("MIT License", "SIL OPEN FONT LICENSE", "Mozilla Public License"))
    assert "GNU" not in text.split("\n")[0]


def test_the_list_names_package_version_and_every_file():
    listed = json.loads((vendor.SHIPPED / "VENDOR.json").read_text())["packages"]
    files = {name for package in listed for name in package["files"]}
    there = {str(path.relative_to(vendor.SHIPPED)) for path in vendor.SHIPPED.rglob("*") if path.is_file()}
    assert {package["package"] for package in listed} == {"bootstrap", "@fontsource-variable/inter", "@tabler/icons"}
    assert files == there - {"VENDOR.json"}


def test_source_maps_are_cut_off():
    assert vendor.without_source_map(b"a{}\n/*# sourceMappingURL=a.css.map */") == b"a{}"
    assert vendor.without_source_map(b"go()\n//# sourceMappingURL=a.js.map\n") == b"go()\n"
    for path in vendor.SHIPPED.rglob("*.min.*"):
        assert b"sourceMappingURL" not in path.read_bytes()


def test_sprite_has_every_listed_icon_once():
    sprite = (vendor.SHIPPED / "tabler/icons.svg").read_text()
    assert sorted(set(vendor.ICONS)) == vendor.ICONS
    assert [sprite.count(f'<symbol id="{name}"') for name in vendor.ICONS] == [1] * len(vendor.ICONS)


def test_check_needs_no_network_and_says_nothing_when_all_is_well():
    command = [sys.executable, vendor.ROOT / "scripts/vendor.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PATH": ""})
    assert done.stdout + done.stderr == ""


def test_our_own_scripts_stay_small():
    files = list((vendor.ROOT / "static/js").glob("*.js"))
    assert files
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 10_000  # bytes as sent
