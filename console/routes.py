"""A page is a rule, a view and the right that it needs; nothing is open by forgetting."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from console.doors import Doors
from console.services import Visit
from core.access.rules import Right
from core.audit.rules import Deed

View = Callable[..., ResponseReturnValue]
NUMBER = "<int(max=2147483647):number>"


class Needs(enum.Enum):
    """What a page needs where no right of the table is meant."""

    PASSWORD_ONLY = "password_only"  # noqa: S105 - asks for the second proof
    PROOF = "proof"  # chooses a password of one's own
    SIGNED_IN = "signed_in"


@dataclass(frozen=True)
class Route:
    """One page or action."""

    method: str
    rule: str
    view: View
    needs: Right | Needs

    @property
    def endpoint(self) -> str:
        """Return the name by which pages link here."""
        return self.view.__name__


def guarded(doors: Doors, route: Route) -> View:
    """Let a view be reached only by whoever may, and only with the token of their session."""

    @functools.wraps(route.view)
    def reached(**values: Any) -> ResponseReturnValue:
        visit = doors.visit()
        if visit is None:
            return doors.ask_to_sign_in()
        try:
            is_ours = request.method != "POST" or doors.is_ours(visit)
        except RequestEntityTooLarge:
            return visit.page("too_large.html", 413)
        if not is_ours:
            return doors.refuse_foreign(visit)
        somewhere_else = _step_before(doors, visit, route.needs)
        if somewhere_else is not None:
            return somewhere_else
        if isinstance(route.needs, Right) and not visit.may(route.needs):
            return refused(visit, route.needs)
        return route.view(visit, **values)

    reached.needs = route.needs  # type: ignore[attr-defined]  # read by the test of the routes
    return reached


def refused(visit: Visit, right: Right) -> ResponseReturnValue:
    """Say that this is not theirs; the log keeps that somebody asked."""
    with visit.writing() as session:
        visit.note(session, Deed.REFUSED, "right", f"{right.value} {request.path[:80]}")
    return visit.page("refused.html", 403)


def _step_before(doors: Doors, visit: Visit, needs: Right | Needs) -> ResponseReturnValue | None:
    """Return the page that comes first: the second proof, then a password of one's own."""
    if needs is Needs.PASSWORD_ONLY:
        return None
    if not visit.is_proved:
        return doors.keep_and_go("proof")
    if needs is not Needs.PROOF and not visit.has_password:
        return doors.keep_and_go("new_password")
    return None
