"""Writing one standing order at the desk, under the checks of the community file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.tables import CommunityRow
from core.loading.file import problems_of, problems_with
from core.loading.merging import ADDED_BY_HAND, LEFT_BY_HAND
from core.loading.neighbour_rows import order_fields
from core.loading.neighbours import StandingSection, standing_findings
from core.loading.problems import BadFile
from core.loading.rebuilding import Raw
from core.residents.tables import ResidentRow
from core.standing.operations import plan_order
from core.standing.tables import StandingOrderRow

_FILE = "desk"


def write_order(
    session: Session, community: CommunityRow, resident: ResidentRow, entry: Raw, *, now: datetime
) -> tuple[StandingOrderRow, dict[str, Any], dict[str, Any]]:
    """Add an order, or change the one of that key; a later load leaves what was changed.

    Returns it with what its fields held before (nothing if it is new) and hold now.

    :raises BadFile: with everything that does not fit; nothing was written then.
    """
    section = _checked({**entry, "resident": resident.key})
    fields = order_fields(section, resident)
    row = session.scalar(
        select(StandingOrderRow).where(
            StandingOrderRow.community_id == community.id, StandingOrderRow.key == section.key
        )
    )
    before: dict[str, Any] = {}
    if row is None:
        row = StandingOrderRow(
            community_id=community.id, key=section.key, edited=[ADDED_BY_HAND], **fields
        )
        session.add(row)
    else:
        before = {name: getattr(row, name) for name in fields}
        changed = {name for name, value in fields.items() if before[name] != value}
        for name in changed:
            setattr(row, name, fields[name])
        row.edited = sorted({*row.edited, *changed} - {LEFT_BY_HAND})
        row.left_at = None
    session.flush()
    plan_order(session, row, now)
    session.flush()
    return row, before, fields


def _checked(entry: Raw) -> StandingSection:
    raw: Raw = {"standing": [entry]}
    try:
        section = StandingSection.model_validate(entry)
    except ValidationError as error:
        raise BadFile(_FILE, problems_of(error, entry, {})) from None
    findings = list(standing_findings((section,), (), {section.resident}))
    if findings:
        raise BadFile(_FILE, problems_with(findings, raw, {}))
    return section
