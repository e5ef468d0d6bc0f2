"""What an action is handed: the call, its community, the time and the key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.calls.standing_words import staffed_number
from core.calls.tables import CallRow
from core.communities.queries import (
    community_by_id,
    display_name,
    numbers_of,
    office_of,
    sender_number,
)
from core.communities.tables import CommunityRow
from core.office import Office
from core.sla.hours import is_open
from core.sla.queries import calendar_of
from core.sla.workdays import WorkCalendar
from core.wording.ear import phone_spoken


@dataclass(frozen=True)
class Scene:
    """One step of one call, in one transaction."""

    session: Session
    call: CallRow
    community: CommunityRow
    office: Office
    calendar: WorkCalendar
    now: datetime

    @property
    def language(self) -> str:
        """The language in which this caller is spoken to."""
        return self.call.language

    @property
    def is_loud(self) -> bool:
        """Tell whether this caller is hard of hearing."""
        return bool(self.call.held.get("loud"))

    @property
    def is_night(self) -> bool:
        """Tell whether the office is closed."""
        return not is_open(self.office, self.calendar, self.now)

    def slots(self) -> dict[str, str]:
        """Return what every wording may name: the community and the number to ring."""
        return {
            "community": display_name(self.community, self.language),
            "staffed": phone_spoken(self.staffed_number(), self.language),
            **self.call.held.get("slots", {}),
        }

    def staffed_number(self) -> str:
        """Return the number to ring, as people here dial it."""
        return staffed_number(self.session, self.community)

    def caller_id(self) -> str:
        """Return the number that a telephone we ring is shown: the one that was rung, or ours."""
        used = str(self.call.held.get("number", ""))
        numbers = numbers_of(self.session, self.community.id)
        return used if used in numbers else sender_number(self.session, self.community.id)


def scene_of(session: Session, call: CallRow, now: datetime) -> Scene:
    """Gather what an action of this call needs."""
    community = community_by_id(session, call.community_id)
    return Scene(
        session=session,
        call=call,
        community=community,
        office=office_of(community),
        calendar=calendar_of(session, community),
        now=now,
    )
