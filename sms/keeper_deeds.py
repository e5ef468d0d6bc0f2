"""What a keeper's text has been understood to ask for, said back, and done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.cases.rules import Channel
from core.errors import Refusal
from core.points.agreeing import Recorded
from core.points.handing_over import redemption_of_code
from core.points.ledger import entry_by_number, rules_of
from core.points.operations import credit, hand_over, take_attendance, take_back
from core.points.queries import activity_by_id, points_of_entry, reward_of
from core.points.rules import read_points
from core.points.tables import ActivityRow, PointEntryRow
from core.points.telling import name_of
from core.residents.queries import resident_by_id
from core.residents.tables import ResidentRow
from core.staff.tables import StaffRow
from sms.conversation import Incoming, Reply

CREDIT, TAKE_BACK, HAND_OVER, ATTENDANCE = "credit", "take_back", "hand_over", "attendance"


@dataclass(frozen=True)
class Deed:
    """One thing to record; it waits as JSON for a digit or for the code that comes back."""

    do: str
    resident_ids: tuple[int, ...] = ()
    activity_id: int | None = None
    what: str = ""  # the activity as it was written
    amount: str = ""  # points as they were written; empty: the usual ones
    entry: int | None = None  # what is taken back
    reason: str = ""
    code: str = ""  # of a reservation
    unclear: tuple[str, ...] = ()  # names of a list that several people have

    def is_about(self, other: Deed) -> bool:
        """Tell whether two deeds are one, said twice or better: the later one is meant."""
        return _bare(self) == _bare(other)


def _bare(deed: Deed) -> Deed:
    return replace(deed, what="", amount="", reason="")


def do_deed(incoming: Incoming, staff: StaffRow, deed: Deed) -> Reply:
    """Record a deed that is understood whole.

    :raises Refusal: whatever core has against it; nothing is recorded then.
    """
    return _DO[deed.do](incoming, staff, deed)


def do_deeds(incoming: Incoming, staff: StaffRow, deeds: Sequence[Deed]) -> Reply:
    """Record several deeds that one code proves; what is refused does not hold up the others.

    :raises Refusal: of a deed that is the only one.
    """
    if len(deeds) == 1:
        return do_deed(incoming, staff, deeds[0])
    told = [told_of(incoming, staff, deed) for deed in deeds]
    words = incoming.fitted(lambda cut: incoming.say("sms.points.deeds", deeds=cut), " ".join(told))
    return Reply(words, f"points: {len(deeds)} deeds")


def told_of(incoming: Incoming, staff: StaffRow, deed: Deed) -> str:
    """Do one of several deeds; return what became of it, unsigned."""
    try:
        with incoming.session.begin_nested():
            words = do_deed(incoming, staff, deed).words or ""
    except Refusal as refusal:
        why = incoming.part(refusal.key, **refusal.slots)
        said = said_back(incoming, deed)
        return incoming.part("sms.points.deed_refused", deed=said, why=why)
    return words.removeprefix(incoming.say("sms.points.deeds", deeds=""))


def said_back(incoming: Incoming, deed: Deed) -> str:
    """Say what would be recorded, so that a slip is seen before the code goes back."""
    return incoming.part(f"sms.points.deed_{deed.do}", **_SLOTS[deed.do](incoming, deed))


def activity_of(incoming: Incoming, deed: Deed) -> ActivityRow:
    """Return the activity of a deed, which was found before."""
    activity = activity_by_id(incoming.session, incoming.community.id, deed.activity_id or 0)
    if activity is None:
        raise LookupError(f"no activity {deed.activity_id}")
    return activity


def _credit(incoming: Incoming, staff: StaffRow, deed: Deed) -> Reply:
    resident, activity = _resident(incoming, deed), activity_of(incoming, deed)
    recorded = credit(
        incoming.session,
        community=incoming.community,
        keeper=staff,
        resident=resident,
        activity=activity,
        channel=Channel.SMS,
        now=incoming.now,
        points=_points(incoming, deed),
    )
    what = name_of(activity, incoming.language)
    return tell_recorded(incoming, recorded, resident, "posted_keeper", what=what)


def _take_back(incoming: Incoming, staff: StaffRow, deed: Deed) -> Reply:
    recorded = take_back(
        incoming.session,
        community=incoming.community,
        keeper=staff,
        entry=_entry(incoming, deed),
        reason=deed.reason,
        channel=Channel.SMS,
        now=incoming.now,
    )
    return tell_recorded(incoming, recorded, _resident(incoming, deed), "taken_back_keeper")


def _hand_over(incoming: Incoming, staff: StaffRow, deed: Deed) -> Reply:
    redemption = hand_over(
        incoming.session,
        community=incoming.community,
        keeper=staff,
        code=deed.code,
        channel=Channel.SMS,
        now=incoming.now,
    )
    words = incoming.say("sms.points.handed_over_keeper", **_slots_of_handover(incoming, deed))
    return Reply(words, f"hand over: {redemption.number}")


def _attendance(incoming: Incoming, staff: StaffRow, deed: Deed) -> Reply:
    activity = activity_of(incoming, deed)
    residents = [resident_by_id(incoming.session, number) for number in deed.resident_ids]
    taken = take_attendance(
        incoming.session,
        community=incoming.community,
        keeper=staff,
        activity=activity,
        residents=[resident for resident in residents if resident is not None],
        channel=Channel.SMS,
        now=incoming.now,
    )
    key = "attendance_taken_some" if taken.already else "attendance_taken"
    words = incoming.say(
        f"sms.points.{key}",
        what=name_of(activity, incoming.language),
        count=str(len(taken.posted)),
        points=str(activity.points),
        already=str(len(taken.already)),
    )
    return Reply(words, "attendance")


def tell_recorded(
    incoming: Incoming, recorded: Recorded, resident: ResidentRow, key: str, **slots: str
) -> Reply:
    """Say what was booked, or who has still to agree to it."""
    points = str(recorded.points)
    if recorded.second is not None:
        words = incoming.say(
            "sms.points.waits_for_second", points=points, second=recorded.second.name
        )
        return Reply(words, "points: second person")
    words = incoming.say(
        f"sms.points.{key}",
        name=resident.name,
        points=points,
        balance=str(recorded.balance),
        **slots,
    )
    return Reply(words, f"points: {key}")


def _slots_of_credit(incoming: Incoming, deed: Deed) -> dict[str, str]:
    activity = activity_of(incoming, deed)
    return {
        "name": _resident(incoming, deed).name,
        "what": name_of(activity, incoming.language),
        "points": str(_points(incoming, deed) or activity.points),
    }


def _slots_of_taking_back(incoming: Incoming, deed: Deed) -> dict[str, str]:
    entry = _entry(incoming, deed)
    return {
        "name": _resident(incoming, deed).name,
        "what": entry.reason,
        "points": str(points_of_entry(incoming.session, entry)[1]),
        "reason": deed.reason,
    }


def _slots_of_handover(incoming: Incoming, deed: Deed) -> dict[str, str]:
    redemption = redemption_of_code(incoming.session, incoming.community.id, deed.code)
    if redemption is None:
        raise LookupError(f"no redemption {deed.code}")
    resident = resident_by_id(incoming.session, redemption.resident_id)
    return {
        "name": resident.name if resident else "",
        "reward": name_of(reward_of(incoming.session, redemption), incoming.language),
    }


def _slots_of_attendance(incoming: Incoming, deed: Deed) -> dict[str, str]:
    activity = activity_of(incoming, deed)
    people = [resident_by_id(incoming.session, number) for number in deed.resident_ids]
    comma = incoming.part("sms.question.comma")
    return {
        "what": name_of(activity, incoming.language),
        "names": comma.join(person.name for person in people if person is not None),
        "points": str(activity.points),
    }


def _resident(incoming: Incoming, deed: Deed) -> ResidentRow:
    resident = resident_by_id(incoming.session, deed.resident_ids[0])
    if resident is None:
        raise LookupError(f"no resident {deed.resident_ids[0]}")
    return resident


def _entry(incoming: Incoming, deed: Deed) -> PointEntryRow:
    entry = entry_by_number(incoming.session, incoming.community.id, deed.entry or 0)
    if entry is None:
        raise LookupError(f"no entry {deed.entry}")
    return entry


def _points(incoming: Incoming, deed: Deed) -> int | None:
    rules = rules_of(incoming.session, incoming.community.id)
    return read_points(deed.amount, rules) if deed.amount else None


_DO: dict[str, Callable[[Incoming, StaffRow, Deed], Reply]] = {
    CREDIT: _credit,
    TAKE_BACK: _take_back,
    HAND_OVER: _hand_over,
    ATTENDANCE: _attendance,
}
_SLOTS: dict[str, Callable[[Incoming, Deed], dict[str, str]]] = {
    CREDIT: _slots_of_credit,
    TAKE_BACK: _slots_of_taking_back,
    HAND_OVER: _slots_of_handover,
    ATTENDANCE: _slots_of_attendance,
}
