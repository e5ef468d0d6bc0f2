"""Whose telephone is which: inbound numbers, staff phones, residents' phones."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.tables import CommunityNumberRow, CommunityRow
from core.loading.merging import Load, edited_fields
from core.loading.problems import BadFile, Problem
from core.loading.sections import CommunityFile
from core.phones import kind_of
from core.residents.tables import ResidentPhoneRow, ResidentRow
from core.staff.tables import StaffPhoneRow, StaffRow


def check_numbers_are_free(
    session: Session, *, file: CommunityFile, name: str, line: int | None = None
) -> None:
    """Refuse an inbound number that another community of this installation has.

    :param line: where the file names its numbers.
    :raises BadFile: with each number and whose it is.
    """
    taken = session.execute(
        select(CommunityNumberRow.number, CommunityRow.name)
        .join(CommunityRow, CommunityRow.id == CommunityNumberRow.community_id)
        .where(
            CommunityNumberRow.number.in_(file.community.numbers),
            CommunityRow.key != file.community.key,
        )
    ).all()
    problems = tuple(
        Problem("community.numbers", f"{number} 已经是 {owner} 的号码 (belongs to {owner})", line)
        for number, owner in taken
    )
    if problems:
        raise BadFile(name, problems)


def set_numbers(session: Session, load: Load) -> None:
    """Make the numbers of the file the inbound numbers of the community."""
    numbers = load.file.community.numbers
    rows = session.scalars(
        select(CommunityNumberRow).where(CommunityNumberRow.community_id == load.community.id)
    ).all()
    there = {row.number: row for row in rows}
    for number in numbers:
        if number not in there:
            session.add(CommunityNumberRow(number=number, community_id=load.community.id))
            load.changes.added("号码 number", number)
    for number, row in there.items():
        if number not in numbers:
            session.delete(row)  # calls to it belong to whoever has it next
            load.changes.left("号码 number", number)
    session.flush()


def set_staff_phones(session: Session, load: Load, *, rows: Mapping[str, StaffRow]) -> None:
    """Give each member of staff the phones of the file.

    Those who left keep theirs, until somebody else has the number.
    """
    found = session.scalars(
        select(StaffPhoneRow).where(StaffPhoneRow.community_id == load.community.id)
    )
    there = {row.phone: row for row in found}
    before = _listed(there)
    for person in load.file.staff:
        staff_id = rows[person.key].id
        for position, phone in enumerate(person.phones):
            if phone not in there:
                there[phone] = StaffPhoneRow(community_id=load.community.id, phone=phone)
                session.add(there[phone])
            # a phone may pass from one colleague to another, so the row moves, not the person
            there[phone].staff_id, there[phone].position = staff_id, position
        _note(load, "工作人员 staff", person.key, before.get(staff_id), person.phones)
    present = {row.id for row in rows.values()}
    named = {phone for person in load.file.staff for phone in person.phones}
    for phone, row in there.items():
        if phone not in named and row.staff_id in present:
            session.delete(row)
    session.flush()


def set_resident_phones(session: Session, load: Load, *, rows: Mapping[str, ResidentRow]) -> None:
    """Give each resident the phones of the file, unless somebody edited them by hand."""
    there = _linked(session, load.community.id)
    for resident in load.file.resident:
        row = rows[resident.key]
        links = there.get(row.id, {})
        if set(links) == set(resident.phones):
            continue
        if "phones" in edited_fields(row) and not load.replace:
            load.changes.kept("居民 resident", row.key, "phones", tuple(links))
            continue
        _link(session, row=row, links=links, phones=resident.phones)
        _note(load, "居民 resident", row.key, tuple(links) or None, resident.phones)
    session.flush()


def warn_of_shared_phones(load: Load) -> None:
    """Note residents who have the phone of a member of staff: their texts are read as staff's."""
    owners = {phone: person.name for person in load.file.staff for phone in person.phones}
    for resident in load.file.resident:
        for phone in resident.phones:
            if phone in owners:
                load.changes.warned(
                    f"居民 resident {resident.key}: {phone} 也是工作人员 {owners[phone]} 的号码,"
                    "发来的短信按工作人员的话听"
                    " (is also a staff phone: its texts are read as staff's)"
                )


def link_phones(session: Session, row: ResidentRow, phones: tuple[str, ...]) -> None:
    """Give one resident these telephones, and no others."""
    links = {
        link.phone: link
        for link in session.scalars(
            select(ResidentPhoneRow).where(ResidentPhoneRow.resident_id == row.id)
        )
    }
    _link(session, row=row, links=links, phones=phones)


def _linked(session: Session, community_id: int) -> dict[int, dict[str, ResidentPhoneRow]]:
    """Return resident id → number → row."""
    there: dict[int, dict[str, ResidentPhoneRow]] = {}
    for link in session.scalars(
        select(ResidentPhoneRow)
        .where(ResidentPhoneRow.community_id == community_id)
        .order_by(ResidentPhoneRow.id)
    ):
        there.setdefault(link.resident_id, {})[link.phone] = link
    return there


def _link(
    session: Session,
    *,
    row: ResidentRow,
    links: Mapping[str, ResidentPhoneRow],
    phones: tuple[str, ...],
) -> None:
    for phone in phones:
        if phone not in links:
            session.add(
                ResidentPhoneRow(
                    community_id=row.community_id,
                    resident_id=row.id,
                    phone=phone,
                    kind=kind_of(phone),
                )
            )
    for phone, link in links.items():
        if phone not in phones:
            session.delete(link)


def _listed(there: Mapping[str, StaffPhoneRow]) -> dict[int, tuple[str, ...]]:
    listed: dict[int, tuple[str, ...]] = {}
    for row in sorted(there.values(), key=lambda row: row.position):
        listed[row.staff_id] = (*listed.get(row.staff_id, ()), row.phone)
    return listed


def _note(
    load: Load, kind: str, key: str, old: tuple[str, ...] | None, new: tuple[str, ...]
) -> None:
    if old is not None and old != new:
        load.changes.changed(kind, key, "phones", old, new)
