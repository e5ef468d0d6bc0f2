"""Office hours, calling and texting windows: when the office is open and when we may ring.

Everything here is pure: an office, a calendar and instants in, instants (UTC) out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.office import Office, Span
from core.sla.workdays import PROMISED_WORKDAYS, WorkCalendar, is_lunar_new_year

Window = tuple[datetime, datetime]

# Nobody is rung or texted by night, whatever the community's file says (callers' rule).
EARLIEST = time(6)
LATEST = time(22)
_NOON_IS_OVER = time(14)  # a window over midday is one part of the day, not two
_EVENING = time(18)
_MONDAY = 1
_SATURDAY = 6
_LONGEST_LOOK = 400  # days; longer than any run of days off


@dataclass(frozen=True)
class Due:
    """When an answer is due: the closing time of the third working day after receipt."""

    received_on: date
    due_on: date
    due_at: datetime
    provisional: bool


def local_day(office: Office, at: datetime) -> date:
    """Return the day that the office's own clock shows at this instant."""
    return at.astimezone(ZoneInfo(office.zone)).date()


def instant(office: Office, day: date, at: time) -> datetime:
    """Return the instant (UTC) of a time of day at the office."""
    return datetime.combine(day, at, tzinfo=ZoneInfo(office.zone)).astimezone(UTC)


def opens_on(office: Office, calendar: WorkCalendar, day: date) -> tuple[Window, ...]:
    """Return the (start, end) instants between which the office is open on ``day``."""
    return _windows(office, day, _hours_of(office, calendar, day))


def is_open(office: Office, calendar: WorkCalendar, at: datetime) -> bool:
    """Tell whether somebody is in the office at this instant."""
    windows = opens_on(office, calendar, local_day(office, at))
    return any(start <= at < end for start, end in windows)


def closing_time(office: Office, calendar: WorkCalendar, day: date) -> datetime:
    """Return when the office closes on ``day``; on a day off, when it would on a Monday."""
    spans = _hours_of(office, calendar, day) or _monday_hours(office)
    return instant(office, day, spans[-1].end)


def due(office: Office, calendar: WorkCalendar, received_at: datetime) -> Due:
    """Return when the resident must have heard back; the day of receipt is not counted."""
    received_on = local_day(office, received_at)
    due_on, provisional = calendar.add_workdays(received_on, PROMISED_WORKDAYS)
    return Due(
        received_on=received_on,
        due_on=due_on,
        due_at=closing_time(office, calendar, due_on),
        provisional=provisional,
    )


def next_opening(office: Office, calendar: WorkCalendar, after: datetime) -> datetime:
    """Return ``after`` if the office is open then, else when it opens next."""
    return _first_within(_openings(office, calendar, after), after)


def after_office_minutes(
    office: Office, calendar: WorkCalendar, start: datetime, minutes: int
) -> datetime:
    """Return the instant at which ``minutes`` of office time have passed since ``start``.

    Breaks, nights and days off do not count; zero minutes is the next opening.
    """
    left = timedelta(minutes=minutes)
    for opens_at, closes_at in _openings(office, calendar, start):
        begins = max(opens_at, start)
        if begins < closes_at and begins + left <= closes_at:
            return begins + left
        left -= max(closes_at - begins, timedelta())
    raise AssertionError("unreachable: _openings refuses to end")


def next_calling_time(
    office: Office, calendar: WorkCalendar, after: datetime, own_window: Span | None = None
) -> datetime:
    """Return the first instant, ``after`` or later, at which a resident may be rung.

    ``own_window`` is the resident's own wish and wins over the community's windows; never
    between 22:00 and 06:00, and not on Spring Festival's first day.
    """
    day = local_day(office, after)
    windows = (
        window
        for number in range(_LONGEST_LOOK)
        for window in calling_windows_of(office, calendar, day + timedelta(days=number), own_window)
    )
    return _first_within(windows, after)


def calling_windows_of(
    office: Office, calendar: WorkCalendar, day: date, own_window: Span | None = None
) -> tuple[Window, ...]:
    """Return the windows of ``day`` in which a resident may be rung, earliest first."""
    del calendar  # the one day without calls is lunar; a community's days off are rung
    if is_lunar_new_year(day):
        return ()
    own = _by_day(own_window) if own_window else None
    spans = (own,) if own else office.calling_windows
    return _windows(office, day, tuple(filter(None, map(_by_day, spans))))


def first_calling_window_of(
    office: Office, calendar: WorkCalendar, day: date, own_window: Span | None = None
) -> Window | None:
    """Return the day's first calling window, or None if nobody is rung that day."""
    windows = calling_windows_of(office, calendar, day, own_window)
    return windows[0] if windows else None


def last_calling_window_of(
    office: Office, calendar: WorkCalendar, day: date, own_window: Span | None = None
) -> Window | None:
    """Return the day's last calling window, or None if nobody is rung that day."""
    windows = calling_windows_of(office, calendar, day, own_window)
    return windows[-1] if windows else None


def own_window_of(call_from: str | None, call_until: str | None) -> Span | None:
    """Read a resident's own calling window ("HH:MM"); one end may be left out.

    >>> own_window_of("15:00", None)
    Span(start=datetime.time(15, 0), end=datetime.time(22, 0))
    """
    if not call_from and not call_until:
        return None
    start = time.fromisoformat(call_from) if call_from else EARLIEST
    end = time.fromisoformat(call_until) if call_until else LATEST
    return Span(start=start, end=end) if start < end else None


def part_of_day(office: Office, at: datetime) -> str:
    """Name the part of the day: morning, afternoon or evening."""
    clock = at.astimezone(ZoneInfo(office.zone)).time()
    if clock < _NOON_IS_OVER:
        return "morning"
    return "afternoon" if clock < _EVENING else "evening"


def next_texting_time(office: Office, after: datetime) -> datetime:
    """Return the first instant, ``after`` or later, at which we may start a text."""
    return _next_in_daily(office, office.texting_window, after)


def next_daytime(office: Office, after: datetime) -> datetime:
    """Return ``after`` between 06:00 and 22:00, else the next 06:00."""
    return _next_in_daily(office, Span(start=EARLIEST, end=LATEST), after)


def alert_time(office: Office, calendar: WorkCalendar, urgency: str, now: datetime) -> datetime:
    """Return when staff are alerted: P0 now, P1 from 06:00 to 22:00, others in duty hours."""
    if urgency == "P0":
        return now
    if urgency == "P1":
        return _next_in_daily(office, office.same_day_alert_window, now)
    return next_opening(office, calendar, now)


def _hours_of(office: Office, calendar: WorkCalendar, day: date) -> tuple[Span, ...]:
    weekday = day.isoweekday()
    if calendar.guess(day)[0]:
        # A make-up Saturday is worked like a Monday, also where Saturdays have a short duty.
        own = office.hours.get(weekday, ()) if weekday < _SATURDAY else ()
        return own or _monday_hours(office)
    # Some offices keep a weekend duty: it opens the door, but is no working day.
    return () if calendar.is_holiday(day) or weekday < _SATURDAY else office.hours.get(weekday, ())


def _monday_hours(office: Office) -> tuple[Span, ...]:
    listed = (office.hours[weekday] for weekday in sorted(office.hours))
    return office.hours.get(_MONDAY) or next(filter(None, listed))


def _by_day(span: Span) -> Span | None:
    """Cut off what lies between 22:00 and 06:00; None if nothing is left."""
    start, end = max(span.start, EARLIEST), min(span.end, LATEST)
    return Span(start=start, end=end) if start < end else None


def _windows(office: Office, day: date, spans: tuple[Span, ...]) -> tuple[Window, ...]:
    windows = ((instant(office, day, s.start), instant(office, day, s.end)) for s in spans)
    return tuple(sorted(windows))


def _openings(office: Office, calendar: WorkCalendar, after: datetime) -> Iterator[Window]:
    """Yield the office's openings from the day of ``after`` on, without end."""
    day = local_day(office, after)
    while True:
        yield from opens_on(office, calendar, day)
        day += timedelta(days=1)


def _next_in_daily(office: Office, span: Span, after: datetime) -> datetime:
    day = local_day(office, after)
    days = (day, day + timedelta(days=1))
    return _first_within((w for each in days for w in _windows(office, each, (span,))), after)


def _first_within(windows: Iterator[Window], after: datetime) -> datetime:
    return next(max(start, after) for start, end in windows if after < end)
