"""A call for volunteers: waves, the first who say yes, the others thanked, the points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cases.rules import shown_number
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.outbox.operations import enqueue_text
from core.points.operations import credit_deed
from core.points.queries import has_points
from core.points.rules import PointClass, Source
from core.questions.operations import ask, close_asked
from core.questions.rules import QuestionKind
from core.residents.queries import resident_by_id, text_phone
from core.residents.tables import ResidentRow
from core.sla.hours import next_texting_time
from core.staff.rules import Role
from core.staff.tables import StaffRow
from core.volunteers.queries import call_of_case, coming, invitations_of, is_live, who_fits
from core.volunteers.rules import (
    MOST_WANTED,
    WAVE_EVERY,
    WAVE_TIMES,
    CallState,
    InvitationState,
    code_word,
)
from core.volunteers.tables import InvitationRow, VolunteerCallRow
from core.volunteers.telling import (
    PURPOSE,
    names_of,
    stair_words,
    tell_opener,
    tell_resident,
    written,
)

_MAY_OPEN = frozenset(
    {Role.DUTY_CLERK, Role.GRID_WORKER, Role.GRID_LEADER, Role.DEPUTY, Role.DIRECTOR}
)


def open_call(
    session: Session,
    *,
    community: CommunityRow,
    staff: StaffRow,
    case: CaseRow,
    wanted: int,
    words: str,
    points: int,
    now: datetime,
) -> VolunteerCallRow:
    """Call for volunteers, the nearest who fit first.

    :raises Refusal: if the opener may not, one runs already, nobody fits, or the number is none.
    """
    if staff.community_id != community.id or _MAY_OPEN.isdisjoint(staff.roles):
        raise Refusal("sms.volunteer.not_allowed", name=staff.name)
    if not 1 <= wanted <= MOST_WANTED:
        raise Refusal("sms.volunteer.bad_wanted", most=str(MOST_WANTED))
    earlier = call_of_case(session, case.id)
    if earlier is not None and is_live(earlier):
        raise Refusal("sms.volunteer.already", **_number(case))
    if not who_fits(session, community, case, words, now):
        raise Refusal("sms.volunteer.nobody")
    in_use = session.scalars(
        select(VolunteerCallRow.code_word).where(
            VolunteerCallRow.community_id == community.id,
            VolunteerCallRow.state.in_((CallState.OPEN, CallState.FULL)),
        )
    ).all()
    call = VolunteerCallRow(
        community_id=community.id,
        case_id=case.id,
        words=words or case.summary,
        wanted=wanted,
        points=points,
        code_word=code_word(case.number, in_use),
        state=CallState.OPEN,
        opened_by=staff.id,
        opened_at=now,
    )
    session.add(call)
    session.flush()
    _ask_wave(session, community, call, case, now)
    return call


def step_due(session: Session, now: datetime, limit: int = 50) -> int:
    """Ask the next wave of every call that is still short; returns how many calls."""
    calls = session.scalars(
        select(VolunteerCallRow)
        .where(VolunteerCallRow.state == CallState.OPEN, VolunteerCallRow.next_at <= now)
        .order_by(VolunteerCallRow.next_at, VolunteerCallRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for call in calls:
        community = community_by_id(session, call.community_id)
        _ask_wave(session, community, call, session.get_one(CaseRow, call.case_id), now)
    session.flush()
    return len(calls)


def answer(
    session: Session, call: VolunteerCallRow, resident: ResidentRow, *, comes: bool, now: datetime
) -> InvitationState:
    """Take 去 or 不去: the first who say yes come, all later ones are thanked."""
    locked = session.scalars(
        select(VolunteerCallRow)
        .where(VolunteerCallRow.id == call.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    row = session.scalar(
        select(InvitationRow)
        .where(InvitationRow.call_id == call.id, InvitationRow.resident_id == resident.id)
        .execution_options(populate_existing=True)
    )
    if row is None:
        row = _invite(session, locked, resident, now)
    before = row.state
    if not comes:
        _take_back(session, locked, row, now)
        return InvitationState.DECLINED
    if before == InvitationState.ACCEPTED:
        return InvitationState.ACCEPTED
    full = len(coming(session, call.id)) >= locked.wanted or locked.state != CallState.OPEN
    row.state = InvitationState.THANKED if full else InvitationState.ACCEPTED
    row.answered_at = now
    session.flush()
    if not full and len(coming(session, call.id)) >= locked.wanted:
        _close_list(session, locked, now)
    return InvitationState(row.state)


def finish_call(
    session: Session, call: VolunteerCallRow, *, came: Sequence[ResidentRow] | None, now: datetime
) -> list[ResidentRow]:
    """Note who came (None: all who said so), and credit them; returns who did not come.

    :raises Refusal: if it is over, or somebody named had not said that they come.
    """
    if not is_live(call):
        raise Refusal("sms.volunteer.over", **_number(session.get_one(CaseRow, call.case_id)))
    expected = coming(session, call.id)
    there = expected if came is None else list(came)
    for person in there:
        if person.id not in [each.id for each in expected]:
            raise Refusal("sms.volunteer.unknown", words=person.name)
    community = community_by_id(session, call.community_id)
    call.state, call.ended_at, call.next_at = CallState.DONE, now, None
    ids = {person.id for person in there}
    for row in invitations_of(session, call.id):
        if row.state == InvitationState.ACCEPTED:
            is_there = row.resident_id in ids
            row.state = InvitationState.CAME if is_there else InvitationState.ABSENT
    close_asked(session, f"volunteer:{call.id}:", now)
    session.flush()
    if call.points and has_points(session, community.id, now):
        for person in there:
            credit_deed(
                session,
                community=community,
                resident=person,
                source=Source.TASK,
                source_id=call.id,
                point_class=PointClass.PRACTISE,
                points=call.points,
                reason=call.words,
                now=now,
            )
    return [person for person in expected if person.id not in ids]


def call_off(session: Session, call: VolunteerCallRow, *, now: datetime) -> None:
    """End a call that is not wanted any more; whoever was to come is told.

    :raises Refusal: if it is over.
    """
    if not is_live(call):
        raise Refusal("sms.volunteer.over", **_number(session.get_one(CaseRow, call.case_id)))
    call.state, call.ended_at, call.next_at = CallState.CALLED_OFF, now, None
    _thank(session, call, (InvitationState.ASKED, InvitationState.ACCEPTED), now)


def _ask_wave(
    session: Session, community: CommunityRow, call: VolunteerCallRow, case: CaseRow, now: datetime
) -> None:
    known = {row.resident_id for row in invitations_of(session, call.id)}
    left = [
        person
        for person in who_fits(session, community, case, call.words, now)
        if person.id not in known
    ]
    left = left or _thanked(session, call)
    if not left:
        call.next_at = None
        _tell_short(session, community, call, case, now)
        return
    call.wave += 1
    missing = call.wanted - len(coming(session, call.id))
    at = next_texting_time(office_of(community), now)
    for person in left[: missing * WAVE_TIMES]:
        row = _invite(session, call, person, now)
        ask(
            session,
            community_id=community.id,
            phone=row.phone,
            kind=QuestionKind.VOLUNTEER,
            about={"call_id": call.id, "resident_id": person.id},
            words=written(
                community,
                person.language,
                "ask",
                what=call.words,
                where=stair_words(session, case),
                wanted=str(call.wanted),
            ),
            now=now,
            purpose=PURPOSE,
            key=f"volunteer:{call.id}:{person.id}:{row.wave}",
            case_id=case.id,
            not_before=at,
        )
    call.next_at = at + WAVE_EVERY
    session.flush()


def _thanked(session: Session, call: VolunteerCallRow) -> list[ResidentRow]:
    """Return who was thanked since there were enough, before somebody took it back.

    Whoever had said yes comes first.
    """
    rows = [row for row in invitations_of(session, call.id) if row.state == InvitationState.THANKED]
    rows.sort(key=lambda row: (row.answered_at is None, row.id))
    people = [resident_by_id(session, row.resident_id) for row in rows]
    return [person for person in people if person is not None and person.left_at is None]


def _invite(
    session: Session, call: VolunteerCallRow, person: ResidentRow, now: datetime
) -> InvitationRow:
    row = session.scalar(
        select(InvitationRow).where(
            InvitationRow.call_id == call.id, InvitationRow.resident_id == person.id
        )
    )
    if row is None:
        row = InvitationRow(call_id=call.id, resident_id=person.id)
    row.phone = text_phone(session, person.id) or ""
    row.wave, row.state, row.asked_at = call.wave, InvitationState.ASKED, now
    session.add(row)
    session.flush()
    return row


def _take_back(session: Session, call: VolunteerCallRow, row: InvitationRow, now: datetime) -> None:
    """Somebody does not come, or not after all: then the next wave is asked at once."""
    was_coming = row.state == InvitationState.ACCEPTED
    row.state, row.answered_at = InvitationState.DECLINED, now
    if was_coming and is_live(call):
        call.state, call.next_at = CallState.OPEN, now
    session.flush()


def _close_list(session: Session, call: VolunteerCallRow, now: datetime) -> None:
    community = community_by_id(session, call.community_id)
    case = session.get_one(CaseRow, call.case_id)
    call.state, call.next_at = CallState.FULL, None
    _thank(session, call, (InvitationState.ASKED,), now)
    people = coming(session, call.id)
    tell_opener(
        session, community, call, "full", now=now, bare=str(case.number), names=names_of(people)
    )
    tell_resident(session, community, call, case, people, now=now)


def _thank(
    session: Session, call: VolunteerCallRow, states: tuple[InvitationState, ...], now: datetime
) -> None:
    community = community_by_id(session, call.community_id)
    for row in invitations_of(session, call.id):
        if row.state not in states:
            continue
        row.state = InvitationState.THANKED
        person = resident_by_id(session, row.resident_id)
        enqueue_text(
            session,
            community_id=community.id,
            to=row.phone,
            words=written(
                community, person.language if person else "zh_CN", "thanked", what=call.words
            ),
            purpose=PURPOSE,
            key=f"volunteer:{call.id}:thanked:{row.id}",
            now=now,
            not_before=next_texting_time(office_of(community), now),
        )
    session.flush()


def _tell_short(
    session: Session, community: CommunityRow, call: VolunteerCallRow, case: CaseRow, now: datetime
) -> None:
    people = coming(session, call.id)
    tell_opener(
        session,
        community,
        call,
        "short",
        now=now,
        bare=str(case.number),
        accepted=str(len(people)),
        missing=str(call.wanted - len(people)),
        names=names_of(people),
    )
    if people:
        tell_resident(session, community, call, case, people, now=now)


def _number(case: CaseRow) -> dict[str, str]:
    return {"number": shown_number(case.number), "bare": str(case.number)}
