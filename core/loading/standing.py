"""One standing order as the desk writes it, under the checks of the community file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from core.loading.file import problems_of, problems_with
from core.loading.neighbour_rows import order_fields
from core.loading.neighbours import StandingSection, standing_findings
from core.loading.problems import BadFile
from core.loading.rebuilding import Raw
from core.residents.tables import ResidentRow
from core.standing.operations import plan_order
from core.standing.tables import StandingOrderRow

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
    fields = order_fields(section, resident)
    before = {name: getattr(order, name) for name in fields}
    changed = {name for name, value in fields.items() if before[name] != value}
    for name in changed:
        setattr(order, name, fields[name])
    order.edited = sorted({*order.edited, *changed})
    session.flush()
    plan_order(session, order, now)
    session.flush()
    return before, fields
