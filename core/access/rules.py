"""Roles × rights × reach: one table for the pages, the exports and the tests."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from core.staff.rules import Role

# Sessions and codes, in real time.
IDLE_AFTER = timedelta(minutes=30)
ENDS_AFTER = timedelta(hours=12)
FIRST_PASSWORD_LASTS = timedelta(hours=24)
CODE_LASTS = timedelta(minutes=5)
CODE_TRIES = 5
SHORTEST_PASSWORD = 10  # characters; NIST SP 800-63B asks for eight and no rules of composition
LONGEST_PASSWORD = 200

# Guessing. A device that signed in before has tries of its own, so that whoever guesses from
# elsewhere cannot lock the duty officer out (OWASP, "device cookies").
TRIES_WITHIN = timedelta(minutes=15)
MOST_TRIES_OF_A_SOURCE = 20
MOST_TRIES_OF_A_DEVICE = 10
STRANGERS_PAUSE = timedelta(seconds=20)  # between two tries of strangers on one account
MOST_TRIES_WITHOUT_PAUSE = 10  # of strangers on one account


class Right(enum.StrEnum):
    """What somebody may do at the console."""

    CASES = "cases"  # see them
    MOVE_CASES = "move_cases"  # core.cases.rules.MOVES decides on each move besides
    RECORDINGS = "recordings"
    ENTER_CASES = "enter_cases"
    EXPORT_CASES = "export_cases"
    RESIDENTS = "residents"
    HEALTH = "health"  # health notes; each reading is logged
    EDIT_RESIDENTS = "edit_residents"
    IMPORT_RESIDENTS = "import_residents"
    EXPORT_RESIDENTS = "export_residents"
    STAFF = "staff"
    EDIT_STAFF = "edit_staff"
    SIGN_INS = "sign_ins"  # first passwords and sessions of others
    EDIT_OFFICE = "edit_office"  # estates, grids, routes, hours, roster, days off
    POINTS = "points"
    EDIT_SHOP = "edit_shop"  # rewards and activities
    WORDING = "wording"  # the line's own words, its lexicon and its recorded prompts
    CONSULTATIONS = "consultations"  # ask households, enter ballots, note who paid
    NOTICES = "notices"
    STANDING = "standing"  # standing orders of residents
    REPORTS = "reports"
    CARDS = "cards"  # cards for the door, form codes
    AUDIT = "audit"
    STUCK = "stuck"


class Reach(enum.IntEnum):
    """How far a right goes; each reach holds the smaller ones."""

    NONE = 0
    OWN = 1  # what lies with oneself
    GRID = 2  # one's own grids too
    ALL = 3  # the whole community


_EVERYTHING = dict.fromkeys(Right, Reach.ALL)
_GRID_CASES = dict.fromkeys(
    (Right.CASES, Right.MOVE_CASES, Right.RECORDINGS, Right.ENTER_CASES), Reach.GRID
)
_OWN_CASES = dict.fromkeys((Right.CASES, Right.MOVE_CASES), Reach.OWN)
_NOT_THE_CLERKS = (Right.EDIT_STAFF, Right.SIGN_INS, Right.WORDING, Right.AUDIT)

TABLE: Mapping[Role, Mapping[Right, Reach]] = {
    Role.DIRECTOR: _EVERYTHING,
    Role.DEPUTY: _EVERYTHING,
    Role.DUTY_CLERK: {
        right: reach for right, reach in _EVERYTHING.items() if right not in _NOT_THE_CLERKS
    },
    Role.GRID_LEADER: {
        **_GRID_CASES,
        Right.EXPORT_CASES: Reach.GRID,
        Right.RESIDENTS: Reach.GRID,
        Right.HEALTH: Reach.GRID,
        Right.EDIT_RESIDENTS: Reach.GRID,
        Right.EXPORT_RESIDENTS: Reach.GRID,
        Right.STAFF: Reach.ALL,
        Right.POINTS: Reach.ALL,
        Right.REPORTS: Reach.GRID,
        Right.CARDS: Reach.GRID,
        Right.CONSULTATIONS: Reach.GRID,
        Right.NOTICES: Reach.ALL,  # a second person agrees to each
        Right.STANDING: Reach.GRID,
    },
    Role.GRID_WORKER: {
        **_GRID_CASES,
        Right.RESIDENTS: Reach.GRID,
        Right.HEALTH: Reach.GRID,
        Right.STAFF: Reach.ALL,
        Right.POINTS: Reach.ALL,
        Right.CONSULTATIONS: Reach.GRID,
        Right.STANDING: Reach.GRID,
    },
    Role.PROPERTY: {**_OWN_CASES, Right.RECORDINGS: Reach.OWN},
    Role.POINTS_KEEPER: {
        Right.RESIDENTS: Reach.ALL,  # a keeper books for everybody; never with health notes
        Right.POINTS: Reach.ALL,
        Right.EDIT_SHOP: Reach.ALL,
    },
    Role.VOLUNTEER: _OWN_CASES,
}


@dataclass(frozen=True)
class Access:
    """What one person of the staff may see and do, for the pages and the queries."""

    staff_id: int
    staff_key: str
    community_id: int
    roles: frozenset[Role]
    grid_ids: frozenset[int] = field(default_factory=frozenset)  # one's own grids

    def reach(self, right: Right) -> Reach:
        """Return how far a right goes: the furthest that any of the roles gives."""
        return reach_of(self.roles, right)

    def may(self, right: Right) -> bool:
        """Tell whether the person has a right at all."""
        return self.reach(right) > Reach.NONE


def reach_of(roles: Iterable[Role], right: Right) -> Reach:
    """Return the furthest reach that these roles give.

    >>> reach_of([Role.VOLUNTEER], Right.HEALTH).name
    'NONE'
    >>> reach_of([Role.GRID_WORKER, Role.POINTS_KEEPER], Right.RESIDENTS).name
    'ALL'
    """
    return max((TABLE[role].get(right, Reach.NONE) for role in roles), default=Reach.NONE)


def covers(access: Access, right: Right, *, grid_id: int | None, holder_id: int | None) -> bool:
    """Tell whether a right reaches one thing: of this grid, lying with this person.

    >>> keeper = Access(1, "keeper", 1, frozenset({Role.POINTS_KEEPER}))
    >>> covers(keeper, Right.RESIDENTS, grid_id=7, holder_id=None)
    True
    >>> covers(keeper, Right.HEALTH, grid_id=7, holder_id=None)
    False
    """
    reach = access.reach(right)
    if reach is Reach.ALL:
        return True
    if reach is Reach.NONE:
        return False
    mine = holder_id is not None and holder_id == access.staff_id
    return mine or (reach is Reach.GRID and grid_id is not None and grid_id in access.grid_ids)


@dataclass(frozen=True)
class Tries:
    """Failed tries of the last quarter of an hour, as the door counts them."""

    of_source: int  # from this address, on any account
    of_device: int  # from this known device; strangers have none
    of_strangers: int  # on this account, from devices that never signed in
    since_last_stranger: timedelta | None


def must_wait(tries: Tries, *, known_device: bool) -> bool:
    """Tell whether one more try has to wait.

    >>> many = Tries(of_source=0, of_device=0, of_strangers=500,
    ...              since_last_stranger=timedelta(seconds=1))
    >>> must_wait(many, known_device=False), must_wait(many, known_device=True)
    (True, False)
    """
    if known_device:
        return tries.of_device >= MOST_TRIES_OF_A_DEVICE
    if tries.of_source >= MOST_TRIES_OF_A_SOURCE:
        return True
    last = tries.since_last_stranger
    guessed = tries.of_strangers >= MOST_TRIES_WITHOUT_PAUSE
    return guessed and last is not None and last < STRANGERS_PAUSE
