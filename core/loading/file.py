"""The community file 社区文件: from its text to a checked model, or to all that is wrong."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from core.loading import neighbours, points, sections
from core.loading.checks import Finding, findings_of
from core.loading.expected import expected
from core.loading.lines import Path, line_at, lines_of
from core.loading.problems import BadFile as BadFile
from core.loading.problems import Problem
from core.loading.sections import CommunityFile as CommunityFile
from core.points.rules import PointsRules

_SECTIONS: dict[str, type[BaseModel]] = {
    "community": sections.CommunitySection,
    "office": sections.OfficeSection,
    "ladder": sections.LadderSection,
    "limits": sections.LimitsSection,
    "keep": sections.KeepSection,
    "local_days": sections.LocalDaySection,
    "estate": sections.EstateSection,
    "grid": sections.GridSection,
    "staff": sections.StaffSection,
    "route": sections.RouteSection,
    "resident": sections.ResidentSection,
    "points": PointsRules,
    "activity": points.ActivitySection,
    "reward": points.RewardSection,
    "cycle": points.CycleSection,
    "home": neighbours.HomeSection,
    "standing": neighbours.StandingSection,
    "welfare": neighbours.WelfareSection,
    "zone": neighbours.ZoneSection,
    "volunteer": neighbours.VolunteerSection,
}
_TOML_LINE = re.compile(r" \(at line (\d+), column \d+\)")


def read_community_file(path: FilePath) -> sections.CommunityFile:
    """Read the community file at ``path``.

    :raises BadFile: with everything that is wrong with it; also if there is no such file.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        words = f"打不开这个文件 (cannot be read): {error.strerror}"
        raise BadFile(str(path), (Problem("", words),)) from None
    return read_file(text_of(content, name=str(path)), name=str(path))


def text_of(content: bytes, *, name: str) -> str:
    """Decode a file's content.

    :raises BadFile: if it is not UTF-8 (old editors save Chinese otherwise).
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        words = "文件要存成 UTF-8 编码 (save the file as UTF-8)"
        raise BadFile(name, (Problem("", words, line),)) from None


def read_file(text: str, *, name: str) -> sections.CommunityFile:
    """Read a community file.

    :raises BadFile: with everything that is wrong with it, not only the first thing.
    """
    raw = read_toml(text, name=name)
    lines = lines_of(text)
    office = raw.get("office")
    area_code = office.get("area_code", "") if isinstance(office, dict) else ""
    try:
        file = sections.CommunityFile.model_validate(raw, context={"area_code": area_code})
    except ValidationError as error:
        found = [_finding(details) for details in _own_errors(error)]
        raise BadFile(name, problems_with(found, raw, lines)) from None
    findings = list(findings_of(file))
    if findings:
        raise BadFile(name, problems_with(findings, raw, lines))
    return file


def read_toml(text: str, *, name: str) -> dict[str, Any]:
    """Read any TOML text.

    :raises BadFile: with the line, if it is no TOML.
    """
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        found = _TOML_LINE.search(str(error))
        words = (
            "这里写法不对:看看引号、方括号、等号是不是成对,是不是用了中文标点"
            f" ({_TOML_LINE.sub('', str(error))})"
        )
        line = int(found[1]) if found else None
        raise BadFile(name, (Problem("", words, line),)) from None
    except RecursionError:
        words = "方括号套得太深了 (brackets inside brackets, too deep)"
        raise BadFile(name, (Problem("", words),)) from None


def problems_of(
    error: ValidationError, raw: dict[str, Any], lines: dict[Path, int]
) -> tuple[Problem, ...]:
    """Turn pydantic's findings on any file of ours into problems with lines."""
    findings = [(details["loc"], expected(details)) for details in _own_errors(error)]
    return problems_with(findings, raw, lines)


def _own_errors(error: ValidationError) -> Iterator[ErrorDetails]:
    """Yield the findings, but for a list "too short" only since its entries are wrong."""
    found = error.errors()
    for details in found:
        path = details["loc"]
        inside = any(one["loc"][: len(path)] == path != one["loc"] for one in found)
        if details["type"] != "too_short" or not inside:
            yield details


def _finding(details: ErrorDetails) -> Finding:
    if details["type"] == "extra_forbidden":
        return details["loc"], _unknown_key(details["loc"])
    return details["loc"], expected(details)


def _unknown_key(path: Path) -> str:
    names = [part for part in path if isinstance(part, str)]
    around = names[-2] if len(names) > 1 else ""
    known = list(_SECTIONS.get(around, sections.CommunityFile).model_fields)
    near = difflib.get_close_matches(names[-1], known, n=1)
    hint = f"是不是想写 {near[0]}? " if near else ""
    return f"没有这一项。{hint}可以写的有 (known keys): {', '.join(known)}"


def problems_with(
    findings: Iterable[Finding], raw: dict[str, Any], lines: dict[Path, int]
) -> tuple[Problem, ...]:
    """Give each finding its line and the path that a clerk can follow."""
    return tuple(
        Problem(where=_where(path, raw), expected=words, line=line_at(lines, path))
        for path, words in findings
    )


def _where(path: Path, raw: Any) -> str:
    """Write a path as a clerk counts: ``resident[3] liuyulan phones[1]``."""
    shown = ""
    for part in path:
        if isinstance(part, int):
            shown += f"[{part + 1}]"
        elif part != "[key]":  # pydantic's word for "the key itself is wrong"
            shown += f"{'.' if shown else ''}{part}"
        raw = _inside(raw, part)
        if isinstance(part, int) and isinstance(raw, dict) and isinstance(raw.get("key"), str):
            shown += f" {raw['key']} "
    return shown.replace(" .", " ").strip()


def _inside(raw: Any, part: str | int) -> Any:
    try:
        return raw[part]
    except (KeyError, IndexError, TypeError):
        return None
