"""One text that came in, with everything that an answer to it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.cases.rules import shown_number
from core.cases.tables import CaseRow
from core.communities.queries import display_name, office_of
from core.communities.tables import CommunityRow
from core.office import Office
from core.residents.tables import ResidentRow
from core.sla.hours import local_day
from core.sla.queries import calendar_of
from core.sla.workdays import WorkCalendar
from core.staff.queries import staff_by_id
from core.staff.rules import Role
from core.staff.tables import StaffRow
from core.tasks.people import duty_person
from core.understanding.categories import Suggestion
from core.understanding.categories import suggest as suggest_by_lexicon
from core.wording.catalogue import say, text
from core.wording.days import day_words
from core.wording.segments import fit

RESIDENT_SEGMENTS = 1
STAFF_SEGMENTS = 3

_SPOKEN_ROLES = (
    Role.PROPERTY,
    Role.GRID_LEADER,
    Role.DUTY_CLERK,
    Role.GRID_WORKER,
    Role.DEPUTY,
    Role.DIRECTOR,
)


@dataclass(frozen=True)
class Reply:
    """The words of an answer (None: silence), what the text was read as, and its case."""

    words: str | None
    reading: str
    case_id: int | None = None


@dataclass(frozen=True)
class Incoming:
    """A text, who sent it, and when; ``phone`` is None for a hidden number."""

    session: Session
    community: CommunityRow
    phone: str | None
    words: str
    media: tuple[str, ...]
    text_id: str  # the provider's name for this text: keys of what it causes begin with it
    residents: tuple[ResidentRow, ...]
    staff: StaffRow | None
    language: str
    now: datetime  # the community's clock
    real_now: datetime
    suggest: Callable[[str], Suggestion] = suggest_by_lexicon

    @property
    def office(self) -> Office:
        """Return the settings of the office."""
        return office_of(self.community)

    @property
    def calendar(self) -> WorkCalendar:
        """Return the working days of the office."""
        return calendar_of(self.session, self.community)

    @property
    def today(self) -> date:
        """Return the local day."""
        return local_day(self.office, self.now)

    @property
    def resident(self) -> ResidentRow | None:
        """Return who it is, if the phone tells: a shared one does not."""
        return self.residents[0] if len(self.residents) == 1 else None

    def say(self, key: str, /, **slots: str) -> str:
        """Write a signed text; ``phone`` is always the number that residents ring."""
        return text(
            key,
            self.language,
            community=display_name(self.community, self.language),
            **{"phone": self.office.staffed_number, **slots},
        )

    def part(self, key: str, /, **slots: str) -> str:
        """Write a piece of a text, unsigned."""
        return say(key, self.language, **slots)

    def fitted(self, make: Callable[[str], str], words: str) -> str:
        """Write a text around words of somebody, cut so that the whole can be sent."""
        most = STAFF_SEGMENTS if self.staff is not None else RESIDENT_SEGMENTS
        return fit(make, " ".join(words.split()), segments=most)

    def day(self, at: datetime) -> str:
        """Name the local day of an instant."""
        return day_words(local_day(self.office, at), self.today, self.language)

    def day_of(self, day: date) -> str:
        """Name a local day."""
        return day_words(day, self.today, self.language)

    def person(self, staff: StaffRow | None) -> str:
        """Name somebody as residents know them: 物业王师傅."""
        if staff is None:
            return self.part("sms.resident.office")
        role = next((role for role in _SPOKEN_ROLES if role in staff.roles), None)
        if role is None:
            return staff.called
        return self.part(f"sms.resident.{role.value}", name=staff.called)

    def responsible(self, case: CaseRow) -> str:
        """Name who is responsible for a case."""
        return self.person(staff_by_id(self.session, case.assignee_id))

    def on_duty(self) -> str:
        """Name whose desk it is now."""
        return self.person(duty_person(self.session, self.community, self.now, self.calendar))


def numbered(case: CaseRow) -> dict[str, str]:
    """Return the slots that name a case: as shown, and as staff type it."""
    return {"number": shown_number(case.number), "bare": str(case.number)}
