"""Standing orders and welfare calls as staff enter, skip and end them; each is told at once."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.cases.standing import by
from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.outbox.operations import enqueue_text
from core.residents.operations import is_opted_out
from core.residents.queries import resident_by_id, text_phone
from core.residents.tables import ResidentRow
from core.sla.hours import local_day, next_texting_time
from core.staff.rules import Role
from core.staff.tables import StaffRow
from core.standing.planning import plan_order, plan_welfare
from core.standing.queries import newest_run, orders_of, welfare_calls_of
from core.standing.reading import OrderWish, WelfareWish
from core.standing.rules import Rhythm, RunState, is_vital
from core.standing.running import PURPOSE, answer_run
from core.standing.tables import StandingOrderRow, WelfareRow
from core.standing.telling import named_day, rhythm_words, written
from core.tasks.locks import lock_community

_BY_HAND = "added"  # in a row's edited: the community file does not end it
EARLIEST, LATEST = "06:00", "21:15"  # of a welfare call: three tries in 45 minutes, by day
_LONGEST_TEXT = 70  # UTF-16 units of one segment
_MAY_ENTER = frozenset(
    {Role.DUTY_CLERK, Role.GRID_WORKER, Role.GRID_LEADER, Role.DEPUTY, Role.DIRECTOR}
)
_STILL_TO_COME = (RunState.ASKED, RunState.CONFIRMED, RunState.PERSON, RunState.MISSED)


def check_may_enter(community: CommunityRow, staff: StaffRow) -> None:
    """Let whoever answers for the office pass.

    :raises Refusal: ``sms.standing.not_allowed``.
    """
    if staff.community_id != community.id or _MAY_ENTER.isdisjoint(staff.roles):
        raise Refusal("sms.standing.not_allowed", name=staff.name)


def check_order(
    session: Session,
    *,
    community: CommunityRow,
    resident: ResidentRow,
    wish: OrderWish,
    now: datetime,
) -> None:
    """Look whether an order may stand.

    :raises Refusal: if they have it already, or its name is too long for one text.
    """
    for row in orders_of(session, community.id):
        if row.resident_id == resident.id and row.name == wish.name:
            raise Refusal("sms.standing.there", called=resident.called, number=str(row.id))
    day = named_day(community, date(2026, 12, 30), now, resident.language)  # the longest there is
    asked = written(community, resident.language, "ask", what=wish.name, day=day)
    over = len(asked.encode("utf-16-le")) // 2 - _LONGEST_TEXT
    if over > 0:
        raise Refusal("sms.standing.too_long", count=str(over))


def add_order(
    session: Session,
    *,
    community: CommunityRow,
    staff: StaffRow,
    resident: ResidentRow,
    wish: OrderWish,
    now: datetime,
    vital: bool | None = None,
) -> StandingOrderRow:
    """Enter a standing order 定期帮办, and tell the resident.

    Whether it is ``vital`` follows from its kind and their needs where nobody says so.

    :raises Refusal: as :func:`check_order` does.
    """
    check_may_enter(community, staff)
    lock_community(session, community.id)
    check_order(session, community=community, resident=resident, wish=wish, now=now)
    order = StandingOrderRow(
        community_id=community.id,
        key=f"by-hand-{(session.scalar(select(func.max(StandingOrderRow.id))) or 0) + 1}",
        name=wish.name,
        kind=wish.kind.value,
        resident_id=resident.id,
        month_day=wish.rhythm.month_day,
        weekday=wish.rhythm.weekday,
        lead_workdays=wish.lead_workdays,
        vital=is_vital(wish.kind, resident.needs) if vital is None else vital,
        edited=[_BY_HAND],
        changed_by=staff.id,
    )
    session.add(order)
    session.flush()
    plan_order(session, order, now)
    _tell(session, community, resident, "begun", order, now)
    session.flush()
    return order


def skip_next(session: Session, order: StandingOrderRow, staff: StaffRow, now: datetime) -> date:
    """Leave out the next time; a case that is open for it is withdrawn. Returns its day."""
    community = community_by_id(session, order.community_id)
    today = local_day(office_of(community), now)
    run = newest_run(session, order.id)
    if run is not None and run.serves_on >= today and run.state in _STILL_TO_COME:
        day = run.serves_on
        answer_run(session, run.id, 2, channel="staff", now=now, told_by=by(staff))
    else:
        day = order.serves_on or order.falls_on or today
        order.skipped_on = order.falls_on
        plan_order(session, order, now)
    order.changed_by = staff.id
    _tell(session, community, resident_by_id(session, order.resident_id), "left_out", order, now)
    session.flush()
    return day


def confirm_next(session: Session, order: StandingOrderRow, staff: StaffRow, now: datetime) -> date:
    """Note that the resident told somebody: as always. Returns the day.

    :raises Refusal: ``sms.standing.nothing_asked`` if no time of it waits for an answer.
    """
    run = newest_run(session, order.id)
    if run is None or run.state not in (RunState.ASKED, RunState.MISSED, RunState.PERSON):
        raise Refusal("sms.standing.nothing_asked", number=str(order.id))
    answer_run(session, run.id, 1, channel="staff", now=now, told_by=by(staff))
    return run.serves_on


def end_order(session: Session, order: StandingOrderRow, staff: StaffRow, now: datetime) -> None:
    """End a standing order; a case that is open for it stays, and the resident is told."""
    community = community_by_id(session, order.community_id)
    order.left_at, order.changed_by = now, staff.id
    order.edited = sorted({*order.edited, "left_at"})
    _tell(session, community, resident_by_id(session, order.resident_id), "ended", order, now)
    session.flush()


def add_welfare(
    session: Session,
    *,
    community: CommunityRow,
    staff: StaffRow,
    resident: ResidentRow,
    wish: WelfareWish,
    contact: tuple[str, str | None],
    now: datetime,
) -> WelfareRow:
    """Enter a welfare call 平安电话; ``contact`` is a name and a number in E.164.

    :raises Refusal: if they have one already, or its hour is none of the day's.
    """
    check_may_enter(community, staff)
    check_welfare(session, community=community, resident=resident, wish=wish)
    lock_community(session, community.id)
    row = WelfareRow(
        community_id=community.id,
        key=f"by-hand-{(session.scalar(select(func.max(WelfareRow.id))) or 0) + 1}",
        resident_id=resident.id,
        weekdays=wish.weekdays,
        at=wish.at,
        contact_name=contact[0],
        contact_phone=contact[1],
        edited=[_BY_HAND],
        changed_by=staff.id,
    )
    session.add(row)
    session.flush()
    plan_welfare(session, row, now)
    session.flush()
    return row


def check_welfare(
    session: Session, *, community: CommunityRow, resident: ResidentRow, wish: WelfareWish
) -> None:
    """Look whether a welfare call may stand.

    :raises Refusal: if they have one already, or its hour is none of the day's.
    """
    if not EARLIEST <= wish.at <= LATEST:
        raise Refusal("sms.standing.bad_hour", earliest=EARLIEST, latest=LATEST)
    for row in welfare_calls_of(session, community.id):
        if row.resident_id == resident.id:
            raise Refusal("sms.standing.welfare_there", called=resident.called, number=str(row.id))


def end_welfare(session: Session, row: WelfareRow, staff: StaffRow, now: datetime) -> None:
    """End a welfare call; a round that is under way is brought to its end."""
    row.left_at, row.next_at, row.changed_by = now, None, staff.id
    row.edited = sorted({*row.edited, "left_at"})
    session.flush()


def _tell(
    session: Session,
    community: CommunityRow,
    resident: ResidentRow | None,
    key: str,
    order: StandingOrderRow,
    now: datetime,
) -> None:
    """Text the resident what was changed in their name; whoever has no mobile is told by staff."""
    phone = text_phone(session, resident.id) if resident is not None else None
    if resident is None or phone is None or is_opted_out(session, community.id, phone):
        return
    rhythm = Rhythm(order.month_day, order.weekday)
    enqueue_text(
        session,
        community_id=community.id,
        to=phone,
        words=written(
            community,
            resident.language,
            key,
            what=order.name,
            rhythm=rhythm_words(rhythm, resident.language),
        ),
        purpose=PURPOSE,
        key=f"standing:{order.id}:{key}:{now.isoformat()}",
        now=now,
        not_before=next_texting_time(office_of(community), now),
    )
