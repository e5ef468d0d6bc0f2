"""docs/licences.md names whatever a plain installation brings."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement

_PAGE = Path(__file__).parents[2] / "docs" / "licences.md"


def _brought_by(name: str, extras: tuple[str, ...], found: set[str]) -> set[str]:
    for line in requires(name) or ():
        needed = Requirement(line)
        marker = needed.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            continue
        package = re.sub(r"[-_.]+", "-", needed.name).lower()
        if package not in found:
            found.add(package)
            try:
                _brought_by(package, tuple(needed.extras), found)
            except PackageNotFoundError:
                continue  # a requirement of another platform
    return found


def test_every_package_of_an_installation_is_named_with_its_licence() -> None:
    page = _PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"[a-z0-9][a-z0-9-]+", page.lower()))

    brought = _brought_by("linli", ("postgres", "classify", "transcribe", "voice-zh"), set())

    assert len(brought) > 40
    assert sorted(brought - named) == []
