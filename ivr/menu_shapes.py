"""The shapes of which call flows are made: menus, their choices, and where each leads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GoTo:
    """Lead to another menu."""

    menu: str


@dataclass(frozen=True)
class Do:
    """Lead to an action of ivr/actions.py; ``value`` is what the choice stands for."""

    action: str
    value: str = ""


Then = GoTo | Do


@dataclass(frozen=True)
class Choice:
    """A key and its clause, which names the thing before the key: 报事，请按1。"""

    key: str
    clause: str  # empty: taken, but not spoken
    then: Then
    later: bool = False  # named only when the menu is said again, where it would last too long
    only_with: str = ""  # ivr/presence.py knows what must be there for this to be offered


@dataclass(frozen=True)
class Doubt:
    """The one yes/no question after two wrong keys: 1 yes, 2 no."""

    question: str
    yes: Then
    no: Then


@dataclass(frozen=True)
class Menu:
    """A place in a call where a key is waited for."""

    name: str
    title: str  # for the page that shows the flows
    opening: tuple[str, ...]
    choices: tuple[Choice, ...]
    doubt: Doubt | None = None  # None: no key is wrong here, see ``other_keys``
    other_keys: Then | None = None  # where every key that is not listed leads
    short: str = "voice.common.no_hurry"  # instead of the opening when it is said again
    person: str = "voice.common.person"  # the clause of key 0; empty: not spoken
    person_first: bool = False
    on_person: Do = Do("person")  # key 0
    on_silence: Do = Do("person")  # nothing pressed ``patience`` times
    on_wrong: Do = Do("person")  # three wrong keys, or wrong keys mixed with silence
    patience: int = 2
    wait_seconds: int = 8
    audience: str = "resident"  # resident, staff
    closing: str = ""  # said after the keys
    before: str = ""  # a speaker of ivr/speakers.py whose pieces come before the opening
    on_leaving: str = ""  # an action taken first at the next key or silence
    named: str = ""  # of ivr/speakers.py: what the slots of its clauses are filled with
    digits: int = 1  # how many keys are waited for
    keyed: Do | None = None  # of a menu of several digits: what takes them
    longest_seconds: float | None = None  # to be kept by saying less: see ivr/fitting.py
    slow: bool = False  # always at the slow pace: a list to choose from


@dataclass(frozen=True)
class Recorder:
    """A place where the caller speaks after the tone; any key ends it."""

    name: str
    title: str
    go_on: str = "voice.recorder.go_on"  # at the longest length: 请您接着往下说
    silence_seconds: int = 5
    longest_seconds: int = 180
    patience: int = 2  # recordings without a sound until the call goes on
