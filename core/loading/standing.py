"""A standing order or a welfare call as the desk writes it, checked as in the community file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from core.loading.file import problems_of, problems_with
from core.loading.neighbour_rows import call_fields, order_fields
from core.loading.neighbours import StandingSection, WelfareSection, standing_findings
from core.loading.problems import BadFile
from core.loading.rebuilding import Raw
from core.residents.tables import ResidentRow
from core.standing.operations import plan_order, plan_welfare
from core.standing.tables import StandingOrderRow, WelfareRow

_FILE = "desk"


def read_order(entry: Raw, resident: ResidentRow) -> StandingSection:
    """Check what somebody typed about an order of a resident.

    :raises BadFile: with everything that does not fit.
    """
    entry = {**entry, "resident": resident.key}
    raw: Raw = {"standing": [entry]}
    try:
        section = StandingSection.model_validate(entry)
    except ValidationError as error:
        raise BadFile(_FILE, problems_of(error, entry, {})) from None
    findings = list(standing_findings((section,), (), {section.resident}))
    if findings:
        raise BadFile(_FILE, problems_with(findings, raw, {}))
    return section


def read_call(entry: Raw, resident: ResidentRow, *, area_code: str) -> WelfareSection:
    """Check what somebody typed about a welfare call to a resident.

    :raises BadFile: with everything that does not fit.
    """
    entry = {**entry, "resident": resident.key}
    raw: Raw = {"welfare": [entry]}
    try:
        section = WelfareSection.model_validate(entry, context={"area_code": area_code})
    except ValidationError as error:
        raise BadFile(_FILE, problems_of(error, entry, {})) from None
    findings = list(standing_findings((), (section,), {section.resident}))
    if findings:
        raise BadFile(_FILE, problems_with(findings, raw, {}))
    return section


def change_order(
    session: Session,
    order: StandingOrderRow,
    section: StandingSection,
    resident: ResidentRow,
    *,
    now: datetime,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Change an order; a later load leaves what was changed.

    Returns what its fields held before and hold now.
    """
    before, after = _changed(order, order_fields(section, resident))
    session.flush()
    plan_order(session, order, now)
    session.flush()
    return before, after


def change_call(
    session: Session, call: WelfareRow, section: WelfareSection, *, now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Change a welfare call; a round under way goes on as it began.

    Returns what its fields held before and hold now.
    """
    before, after = _changed(call, call_fields(section))
    session.flush()
    plan_welfare(session, call, now)
    session.flush()
    return before, after


def _changed(
    row: StandingOrderRow | WelfareRow, fields: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    before = {name: getattr(row, name) for name in fields}
    changed = {name for name, value in fields.items() if before[name] != value}
    for name in changed:
        setattr(row, name, fields[name])
    row.edited = sorted({*row.edited, *changed})
    return before, fields
