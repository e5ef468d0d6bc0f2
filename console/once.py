"""A form that is sent twice is obeyed once."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from console.asked import once_key
from console.services import Visit
from core.inbound.operations import store_answer, take_key


def once_only(session: Session, visit: Visit, make: Callable[[], int]) -> int:
    """Make what a form asks for; the same form sent again gives what it made the first time.

    ``make`` returns the number by which that is found.
    """
    key = f"console:{visit.access.staff_id}:{once_key()}"
    earlier = take_key(session, key, visit.now)
    if earlier is not None:
        return int(earlier or 0)
    made = make()
    store_answer(session, key, str(made))
    return made
