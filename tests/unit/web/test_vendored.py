"""What others wrote is what they published."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from qa_pipeline import web

VENDOR = Path(web.__file__).parent / "static" / "vendor"
ROW = re.compile(r"^\| (\S+) \| (\S+) \| (\S+\.js)[^|]*\| [^|]+ \| ([0-9a-f]{64}) \|$", re.MULTILINE)


def test_every_script_has_the_hash_that_is_written_down_and_a_licence() -> None:
    rows = ROW.findall((VENDOR / "VENDORED.md").read_text(encoding="utf-8"))
    listed = set()
    for package, version, name, sha256 in rows:
        folder = VENDOR / f"{package.removesuffix('.org').removesuffix('.js')}-{version}"
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256
        assert (folder / "LICENSE").stat().st_size > 500
        listed.add(folder / name)
    assert listed == set(VENDOR.glob("*/*.js"))


def test_pages_ask_only_for_scripts_that_are_there() -> None:
    templates = Path(web.__file__).parent / "templates"
    asked = {name for f in templates.glob("*.html") for name in re.findall(r'"/static/([^"]+)"', f.read_text("utf-8"))}
    assert asked
    assert all((VENDOR.parent / name).is_file() for name in asked)
