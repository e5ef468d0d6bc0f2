"""Documents that say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from app.config import setting_names

ROOT = Path(__file__).parents[2]


def row_of(name: str, field: FieldInfo) -> str:
    default = field.default
    shown = default.get_secret_value() if isinstance(default, SecretStr) else str(default or "")
    return f"| `{name}` | {f'`{shown}`' if shown else ''} | {field.description} |"


def test_the_page_on_configuration_lists_every_setting_as_it_is() -> None:
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [row_of(name, field) for name, field in setting_names().items()]


def test_every_link_in_a_document_leads_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        (document.name, link)
        for document in documents
        for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
        if not (document.parent / link).exists()
    ]
    assert broken == []


def test_every_target_of_the_makefile_says_what_it_is_for() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.M)[1].split())  # type: ignore[index]
    assert targets == set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.M))


def test_every_section_on_operations_says_how_it_was_tried() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for section in page.split("\n## ")[1:]:
        name = section.partition("\n")[0]
        assert re.search(r"\*(By test|By drill|By hand):\*|tried by being run", section), name
    for named in re.findall(r"\b((?:unit|flows)/test_\w+)", page):
        assert (ROOT / "tests" / f"{named}.py").is_file(), named
