"""What is known of somebody: handed out, forgotten at their wish, and by its age at night."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.schema import METADATA
from app.subject_files import write_subject
from core.audit.operations import note_deed
from core.audit.rules import Deed
from core.audit.verifying import verify_log
from core.calls.tables import CallRow, RecordingRow
from core.cases.tables import CaseRow
from core.errors import Refusal
from core.inbound.tables import AnswerRow, InboundTextRow
from core.points.tables import PointAccountRow, PointEntryRow
from core.points.verifying import verify_book
from core.privacy.erasing import erase_resident
from core.privacy.keeping import forget_old, nightly_due
from core.residents.tables import ResidentRow
from scheduler import keeping
from tests.line import Line
from tests.points_line import credit, points_of
from tests.world import GRANDMA_CAO, GRANDMA_JIN, MA_YONGFU, local

SAID = "北苑楼道的灯坏了三天"
# Nobody changes these.
_STAYS = {"audit", "point_entry"}


def test_whoever_wishes_it_is_told_everything_and_forgotten_for_good(
    line: Line, tmp_path: Path
) -> None:
    who = GRANDMA_CAO
    credit(line, who, "扫雪 20")
    line.text(who, SAID)
    call = line.ring(who).press("1", "1")
    call.speak("楼道的灯还是不亮", key="#")
    call.hang_up()
    line.settle()
    with line.database.transaction() as session:
        note_deed(
            session,
            community_id=line.community(session).id,
            actor="duty",
            what=Deed.CHANGED,
            subject="resident",
            subject_key=who.key,
            after={"called": "曹大娘"},
            now=line.now,
        )

    with line.database.reading() as session:
        rows, voices = write_subject(session, _row(session, who.key), tmp_path)
    told = (tmp_path / "resident.json").read_text("utf-8")
    for known in (who.name, who.phone, SAID, "楼道的灯还是不亮"):
        assert known in told
    assert sum(map(len, json.loads(told).values())) == rows
    assert voices == len(list(tmp_path.glob("recording-*")))
    assert GRANDMA_JIN.phone not in told
    assert (tmp_path / "resident.json").stat().st_mode & 0o077 == 0

    with line.database.transaction() as session, pytest.raises(Refusal) as refused:
        erase_resident(session, _row(session, who.key), now=line.now)
    assert refused.value.key == "sms.privacy.still_open"

    _close_all(line)
    before = points_of(line, who)
    number, category = line.cases()[0]["number"], line.cases()[0]["category"]
    with line.database.transaction() as session:
        resident_id = _row(session, who.key).id
        erase_resident(session, _row(session, who.key), now=line.now)

    assert _found_in(line, who.name, who.phone, SAID, "楼道的灯还是不亮", "曹奶奶") == set()
    with line.database.reading() as session:
        community = line.community(session)
        verdict = verify_book(session, community.id, secret=line.scheduler.seal_key)
        assert verdict.findings == ()
        count, broken = verify_log(session, community.id)
        assert (count > 0, broken) == (True, None)
        account = session.scalars(
            select(PointAccountRow).where(
                PointAccountRow.resident_id == resident_id, PointAccountRow.balance > 0
            )
        ).one()
        assert account.balance == before[0]
    assert (line.cases()[0]["number"], line.cases()[0]["category"]) == (number, category)

    assert "记下了" in line.text(who, "水管漏水了")  # from now on a stranger, who is helped too
    line.settle()


def test_what_is_old_is_forgotten_once_a_night_and_nothing_of_an_open_case(line: Line) -> None:
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    line.text(MA_YONGFU, "楼道灯坏了")
    for who in (GRANDMA_JIN, MA_YONGFU):
        line.ring(who).press("1", "1").speak("家里没有暖气", key="#").hang_up()
    credit(line, GRANDMA_CAO, "扫雪 20")
    line.settle()
    _close_all(line, only=GRANDMA_JIN.phone)
    texts_open = _open_texts(line)
    assert texts_open > 0

    line.clock.set(local("2026-11-24 02:50"))
    assert keeping.run(line.scheduler) == 0  # not before three
    line.clock.set(local("2026-11-24 03:10"))
    assert keeping.run(line.scheduler) == 0  # nothing is old
    with line.database.reading() as session:
        assert nightly_due(session, now=line.now) == []

    much_later = line.now + timedelta(days=1000)
    with line.database.transaction() as session:
        assert nightly_due(session, now=much_later) == [line.community(session).id]
        gone = forget_old(session, line.community(session).id, now=much_later, real_now=much_later)
        assert gone > 0
        assert nightly_due(session, now=much_later) == []
    with line.database.reading() as session:
        known = set(session.scalars(select(CallRow.phone)))
        assert known == {None, MA_YONGFU.phone}  # hers went, of his open case all is there
        words = list(session.scalars(select(RecordingRow.typed_words).order_by(RecordingRow.id)))
        assert words == ["", "家里没有暖气"]
        assert session.scalar(select(func.count()).select_from(PointEntryRow)) == 1
        assert verify_book(
            session, line.community(session).id, secret=line.scheduler.seal_key
        ).is_sound
        assert session.scalar(select(func.count()).where(AnswerRow.body != "")) == 0
    assert _open_texts(line) == texts_open
    first = next(posted for posted in line.posted if posted.path == "/sms/inbound")
    cases = len(line.cases())
    assert line.post("/sms/inbound", first.fields).status == 200  # years later
    assert len(line.cases()) == cases


def _row(session: Any, key: str) -> ResidentRow:
    return session.scalars(select(ResidentRow).where(ResidentRow.key == key)).one()


def _close_all(line: Line, only: str | None = None) -> None:
    with line.database.transaction() as session:
        for case in session.scalars(select(CaseRow)):
            if only in (None, case.phone):
                case.closed_at, case.status = line.now, "closed"


def _open_texts(line: Line) -> int:
    still_open = select(CaseRow.id).where(CaseRow.closed_at.is_(None))
    with line.database.reading() as session:
        return (
            session.scalar(
                select(func.count())
                .select_from(InboundTextRow)
                .where(InboundTextRow.case_id.in_(still_open), InboundTextRow.words != "")
            )
            or 0
        )


def _found_in(line: Line, *known: str) -> set[tuple[str, str]]:
    """Return the tables and columns in which any of these words still stands."""
    found = set()
    with line.database.reading() as session:
        for table in METADATA.sorted_tables:
            if table.name in _STAYS or table.name.startswith("desk_"):  # the provider, in a demo
                continue
            for row in session.execute(select(table)):
                for name, value in row._mapping.items():
                    said = json.dumps(value, default=str, ensure_ascii=False)
                    if any(one in said for one in known):
                        found.add((table.name, name))
    return found
