"""What a decision about one callback looks at: the case, the office's hours, the resident."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from core.callbacks.rules import Try
from core.callbacks.tables import CallbackRow
from core.cases.rules import shown_number
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id, display_name, office_of
from core.communities.tables import CommunityRow
from core.office import Office, Span
from core.phones import shown
from core.residents.queries import line_of, phones_of, resident_by_id, ring_phone
from core.residents.tables import ResidentRow
from core.sla import hours
from core.sla.queries import calendar_of
from core.sla.workdays import WorkCalendar
from core.wording.catalogue import say, text

_NOON = time(12)
_LOOK_AHEAD = timedelta(days=14)
_STEP = timedelta(minutes=30)
STAFF_LANGUAGE = "zh_CN"


@dataclass(frozen=True)
class Circumstances:
    """The case of a callback with everything that its timing depends on."""

    case: CaseRow
    community: CommunityRow
    office: Office
    calendar: WorkCalendar
    resident: ResidentRow | None
    phone: str | None  # the number to ring
    language: str

    @property
    def own_window(self) -> Span | None:
        """Return the resident's own calling window, if they gave one."""
        if self.resident is None:
            return None
        return hours.own_window_of(self.resident.call_from, self.resident.call_until)

    @property
    def number(self) -> str:
        """Return the case number as it is shown and spoken."""
        return shown_number(self.case.number)

    @property
    def staffed_number(self) -> str:
        """Return the number that residents ring, as they dial it."""
        return self.office.staffed_number

    def calling_time(self, after: datetime) -> datetime:
        """Return the first instant, ``after`` or later, at which this resident may be rung."""
        return hours.next_calling_time(self.office, self.calendar, after, self.own_window)

    def try_at(self, at: datetime) -> Try:
        """Describe a call at an instant by what the spacing rule looks at."""
        return Try(
            at=at,
            day=hours.local_day(self.office, at),
            part=hours.part_of_day(self.office, at),
        )

    def candidates(self, after: datetime) -> Iterator[Try]:
        """Yield instants of the calling windows from ``after`` on, for two weeks."""
        at = self.calling_time(after)
        while at <= after + _LOOK_AHEAD:
            yield self.try_at(at)
            at = self.calling_time(at + _STEP)

    def noon_of_last_day(self) -> datetime:
        """Return noon of the day on which the answer is due."""
        return hours.instant(self.office, self.last_day(), _NOON)

    def last_day(self) -> date:
        """Return day three: the day on which the answer is due."""
        return hours.local_day(self.office, self.case.due_at)

    def day_before_last(self) -> date:
        """Return day two: the working day before the day on which the answer is due."""
        day = self.last_day() - timedelta(days=1)
        while not self.calendar.guess(day)[0]:
            day -= timedelta(days=1)
        return day

    def write(self, key: str, **slots: str) -> str:
        """Write a signed text to the resident."""
        signature = display_name(self.community, self.language)
        return text(key, self.language, community=signature, **slots)

    def tell_staff(self, key: str, **slots: str) -> str:
        """Write the words of a task about this case."""
        called = self.resident.called if self.resident else ""
        return say(
            key,
            STAFF_LANGUAGE,
            number=self.number,
            called=called or say("sms.callback.the_resident", STAFF_LANGUAGE),
            phone=shown(self.phone, self.office.area_code)
            or say("sms.callback.no_number", STAFF_LANGUAGE),
            **slots,
        )


def circumstances_of(session: Session, case: CaseRow) -> Circumstances:
    """Gather what decisions about callbacks of a case look at."""
    community = community_by_id(session, case.community_id)
    resident = resident_by_id(session, case.resident_id)
    phone = _phone_to_ring(session, case, resident)
    line = line_of(session, case.community_id, phone) if phone else None
    spoken = (line.language if line else None) or (resident.language if resident else None)
    return Circumstances(
        case=case,
        community=community,
        office=office_of(community),
        calendar=calendar_of(session, community),
        resident=resident,
        phone=phone,
        language=spoken or STAFF_LANGUAGE,
    )


def circumstances_of_callback(session: Session, row: CallbackRow) -> Circumstances:
    """Gather what decisions about one callback look at."""
    return circumstances_of(session, session.get_one(CaseRow, row.case_id))


def _phone_to_ring(session: Session, case: CaseRow, resident: ResidentRow | None) -> str | None:
    """Choose the phone the case came from if it is the resident's own, else their first."""
    if resident is None:
        return case.phone
    own = {row.phone for row in phones_of(session, resident.id)}
    if case.phone in own:  # a borrowed phone is not rung: its owner knows nothing of the matter
        return case.phone
    return ring_phone(session, resident.id) or case.phone
