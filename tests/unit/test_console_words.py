"""Every sentence that a page asks for is in the catalogue, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from core.wording.catalogue import templates

ROOT = Path(__file__).parents[2]
_IN_PAGES = re.compile(r"""\bt\('([a-z_]+\.[a-z_]+(?:\.[a-z_]+)?)'""")
_IN_CODE = re.compile(r'"((?:console|form)\.[a-z_]+\.[a-z_]+)"')
_ON_PAPER = re.compile(r"""\bt\('([a-z_]+)'""")


def test_every_key_of_the_pages_is_there() -> None:
    known = set(templates("zh_CN"))
    missing = set()
    for page in (ROOT / "console/templates").rglob("*.html"):
        if page.parent.name == "print":
            asked = {f"console.card.{key}" for key in _ON_PAPER.findall(page.read_text("utf-8"))}
        else:
            keys = _IN_PAGES.findall(page.read_text(encoding="utf-8"))
            asked = {key if key.startswith("form.") else f"console.{key}" for key in keys}
        missing |= {(page.name, key) for key in asked - known}
    for folder in ("console", "core"):
        for module in (ROOT / folder).rglob("*.py"):
            asked = set(_IN_CODE.findall(module.read_text(encoding="utf-8")))
            missing |= {(module.name, key) for key in asked - known}
    assert missing == set()
