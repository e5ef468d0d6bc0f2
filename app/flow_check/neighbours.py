"""The calls about the neighbourhood: a question and its result, a notice, an order, a greeting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from app.flow_check.stage import Answer, Scene, Stage
from app.flow_check.village import (
    CONTACT,
    ELDER,
    LANDLINES,
    MORNING,
    NOTICE,
    ORDER,
    QUESTION,
    WELFARE,
    landline,
)
from app.flow_check.ways import Ear
from core.communities.queries import communities, estates_of
from core.communities.tables import CommunityRow
from core.consultations import opening as consultations
from core.consultations.closing import close_now
from core.consultations.queries import consultation_by_number
from core.consultations.reading import Matter
from core.notices import opening as notices
from core.notices.queries import stages_of
from core.notices.rules import Audience, Channel
from core.residents.operations import remember_pace
from core.staff.queries import staff_by_key
from core.staff.tables import StaffRow
from core.staff.where import Where

_THURSDAY = MORNING + timedelta(days=3)
_GREETED = _THURSDAY + timedelta(minutes=31)  # at 11:00
_QUESTION = "疏通主管道，每户三十元"
_NOTICE = "明天上午停水，请先接一桶水。"
_WAITS = (0.5, 1, 1, *[5] * 18)  # minutes
Heard = tuple[str, Ear, Answer | None]  # None: the telephone does not ring


def neighbour_calls(stage: Stage) -> Iterator[Heard]:
    """Have everybody rung, and yield each menu as each ear hears it."""
    _ask_and_tell(stage)
    stage.settle()
    yield from _answered(stage, ORDER, ("standing_who", "standing"), "1")
    yield from _answered(stage, QUESTION, ("consult", "consult_right", "consult_again"), "12")
    yield from _answered(stage, NOTICE, ("notice",))
    stage.go_to(_GREETED)
    yield from _answered(stage, WELFARE, ("welfare",))
    _close(stage)
    yield from _answered(stage, QUESTION, ("told",))
    # a greeting that nobody presses a key at goes on to the contact
    yield from _answered(stage, CONTACT, ("welfare_contact",))


def _answered(stage: Stage, unit: int, menus: tuple[str, ...], keys: str = "") -> Iterator[Heard]:
    for number, (language, slow) in enumerate(LANDLINES):
        ear = Ear(language, slow, ELDER)
        scene = _answer(stage, landline(unit, number))
        for menu, key in zip(menus, f" {keys}", strict=True):
            answer = scene.press(key.strip()).answer if scene is not None else None
            yield menu, ear, answer
        _leave(scene)


def _answer(stage: Stage, phone: str) -> Scene | None:
    """Wait until a telephone rings: calls go out at the provider's pace, tries at their times."""
    for minutes in (0, *_WAITS):
        stage.pass_time(minutes=minutes)
        scene = stage.answer(phone)
        if scene is not None:
            return scene
    return None


def _leave(scene: Scene | None) -> None:
    if scene is not None:
        scene.hang_up()


def _ask_and_tell(stage: Stage) -> None:
    """Open a question and a notice on a Thursday morning, as staff do by text."""
    with stage.services.database.transaction() as session:
        community = communities(session)[0]
        for unit in (QUESTION, NOTICE, ORDER, WELFARE, CONTACT):
            for number, (_, slow) in enumerate(LANDLINES):
                remember_pace(session, community.id, landline(unit, number), slow=slow)
    stage.go_to(_THURSDAY)
    with stage.services.database.transaction() as session:
        community = communities(session)[0]
        _ask(session, stage, community)
        _tell(session, stage, community)


def _ask(session: Session, stage: Stage, community: CommunityRow) -> None:
    leader = _staff(session, community, "leader")
    drafted = consultations.draft(
        session,
        community=community,
        staff=leader,
        where=Where(estates_of(session, community.id)[0], f"5-{QUESTION}"),
        matter=Matter(_QUESTION),
        now=stage.clock.at,
    )
    consultations.open_consultation(
        session,
        community=community,
        staff=leader,
        drafted=drafted,
        case=None,
        channel="sms",
        now=stage.clock.at,
    )


def _tell(session: Session, stage: Stage, community: CommunityRow) -> None:
    leader = _staff(session, community, "leader")
    where = Where(estates_of(session, community.id)[0], f"5-{NOTICE}")
    drafted = notices.draft(
        session,
        community=community,
        staff=leader,
        words=_NOTICE,
        channel=Channel.CALL,
        audience=Audience(estate_id=where.estate.id, place=where.place, shown=where.shown),
        members_first=False,
        expires_at=None,
        now=stage.clock.at,
    )
    notice = notices.propose(
        session, community=community, staff=leader, drafted=drafted, now=stage.clock.at
    )
    second = notices.second_person(session, community, leader)
    notices.agree(session, stages_of(session, notice.id)[0].id, second, now=stage.clock.at)


def _close(stage: Stage) -> None:
    with stage.services.database.transaction() as session:
        community = communities(session)[0]
        consultation = consultation_by_number(session, community.id, 1)
        assert consultation is not None  # opened above
        close_now(session, consultation, now=stage.clock.at)


def _staff(session: Session, community: CommunityRow, key: str) -> StaffRow:
    row = staff_by_key(session, community.id, key)
    assert row is not None, key  # the check's own community file names them
    return row
