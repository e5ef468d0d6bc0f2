"""Two-digit codes: three guesses at the most, half an hour of service."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import community_by_key
from core.communities.tables import CommunityRow
from core.outbox.tables import OutboxRow
from core.staff.codes import is_proved, send_code, take_code
from core.staff.queries import staff_by_key
from tests.line import Line
from tests.world import MONDAY_MORNING, ZHANG_MIN

_NOW = MONDAY_MORNING


@pytest.fixture
def session(line: Line) -> Iterator[Session]:
    with line.database.transaction() as opened:
        yield opened


@pytest.fixture
def community(session: Session) -> CommunityRow:
    found = community_by_key(session, "dongcheng")
    assert found is not None
    return found


def _send(session: Session, community: CommunityRow) -> str:
    row = send_code(
        session,
        community=community,
        staff=staff_by_key(session, community.id, ZHANG_MIN.key),
        phone=ZHANG_MIN.phone,
        command="end_duty",
        arguments={},
        now=_NOW,
        real_now=_NOW,
    )
    return row.code


def _take(session: Session, community: CommunityRow, code: str, minutes: int = 1) -> bool:
    return (
        take_code(
            session,
            community=community,
            phone=ZHANG_MIN.phone,
            code=code,
            real_now=_NOW + timedelta(minutes=minutes),
        )
        is not None
    )


def _wrong(code: str) -> str:
    return "10" if code != "10" else "11"


def test_the_right_code_is_taken_once_and_serves_half_an_hour(
    session: Session, community: CommunityRow
) -> None:
    code = _send(session, community)
    texts = session.scalars(select(OutboxRow.body).where(OutboxRow.purpose == "code")).all()
    assert [code in body for body in texts] == [True]
    assert _take(session, community, code)
    assert not _take(session, community, code)
    proved = [
        is_proved(session, community.id, ZHANG_MIN.phone, _NOW + timedelta(minutes=minutes))
        for minutes in (1, 30, 31)
    ]
    assert proved == [True, True, False]


def test_the_third_wrong_code_voids_it(session: Session, community: CommunityRow) -> None:
    code = _send(session, community)
    for _ in range(3):
        assert not _take(session, community, _wrong(code))
    assert not _take(session, community, code)


def test_whoever_guesses_meets_longer_codes_for_a_week_and_shuts_nobody_out(
    session: Session, community: CommunityRow
) -> None:
    lengths = []
    for _ in range(4):  # a new code after each third wrong one, as a forger would ask for them
        code = _send(session, community)
        lengths.append(len(code))
        for _ in range(3):
            assert not _take(session, community, _wrong(code))
    assert lengths == [2, 6, 6, 6]
    assert _take(session, community, _send(session, community))  # the one who reads it gets in
    later = send_code(
        session,
        community=community,
        staff=None,
        phone=ZHANG_MIN.phone,
        command="end_duty",
        arguments={},
        now=_NOW,
        real_now=_NOW + timedelta(days=7, minutes=1),
    )
    assert len(later.code) == 2


def test_a_code_waits_half_an_hour(session: Session, community: CommunityRow) -> None:
    code = _send(session, community)
    assert not _take(session, community, code, minutes=30)


def test_a_newer_code_replaces_the_older(session: Session, community: CommunityRow) -> None:
    older = _send(session, community)
    newer = _send(session, community)
    assert older == newer or not _take(session, community, older)
    assert _take(session, community, newer)
