"""Plays the transcripts of fixtures/calls: a call as a community worker would write it down.

A line is ``verb: rest``; what is heard, received or stands on a case must hold at that moment.

============  =====================================================================
``at``        the local time at which the story begins
``ring``      somebody (key in tests/world.py, or a number, or hidden) rings the line
``phone``     words that are heard now, in this order after the last ``phone`` line
``not``       words that are not heard now
``key``       a key is pressed
``silence``   nothing is pressed or said until the wait runs out
``say``       words after the tone; a ``#`` at their end presses it
``hang up``   the line breaks (in the middle of the words given)
``answer``    the telephone of somebody rings and they answer it: that call goes on from here
``machine``   likewise, but a machine answers
``back``      the first call of the story goes on
``waits``     what the line waits for now: keys, speech, callee, talk, nothing
``wait``      minutes that pass
``until``     the local time until which time passes
``alert``     somebody and words of a text that they have received by now
``no text``   somebody who has received nothing at all
``send``      somebody texts the line
``code``      somebody texts back the two digits that they were just sent
``points``    somebody, what they may spend and what is held for them
``case``      number and ``field=value`` of a case
``task``      kind and owner of a task that is there
============  =====================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests import world
from tests.line import Line, PhoneCall
from tests.points_line import points_of
from tests.world import Person, local

FOLDER = Path(__file__).parents[1] / "fixtures" / "calls"
_PEOPLE = {row.key: row for row in vars(world).values() if isinstance(row, Person) and row.key}


@dataclass(frozen=True)
class Entry:
    """One line of a transcript."""

    place: str  # file and line, for whoever reads a failure
    verb: str
    rest: str


def transcripts() -> list[Path]:
    """Return every transcript there is."""
    return sorted(FOLDER.glob("*.txt"))


def entries_of(file: Path) -> Iterator[Entry]:
    """Read a transcript; empty lines and those that begin with ``#`` are for people."""
    for number, written in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if written.strip() and not written.startswith("#"):
            verb, _, rest = written.partition(":")
            yield Entry(f"{file.name}:{number}", verb.strip(), rest.strip())


class Stage:
    """The calls of one transcript while it is played."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.first: PhoneCall | None = None
        self.call: PhoneCall | None = None
        self.heard_until: dict[int, int] = {}  # by call: how far its words were compared

    def play(self, file: Path) -> None:
        """Play it to its end.

        :raises AssertionError: naming the line that did not hold.
        """
        for entry in entries_of(file):
            verb = _VERBS.get(entry.verb)
            assert verb is not None, f"{entry.place}: {entry.verb}?"
            try:
                verb(self, entry.rest)
            except AssertionError as error:
                raise AssertionError(
                    f"{entry.place}: {entry.verb}: {entry.rest}\n{error}"
                ) from error

    def at(self, rest: str) -> None:
        self.line.advance_to(local(rest))

    def ring(self, rest: str) -> None:
        self.first = self._now_on(self.line.ring(_who(rest)))

    def phone(self, rest: str) -> None:
        self._call.listen()
        start = self.heard_until.get(self._call.id, 0)
        found = self._call.heard.find(rest, start)
        assert found >= 0, f"heard: {self._call.heard[start:]!r}"
        self.heard_until[self._call.id] = found + len(rest)

    def not_heard(self, rest: str) -> None:
        assert rest not in self._call.heard, f"heard: {self._call.heard!r}"

    def key(self, rest: str) -> None:
        self._now_on(self._call.press(rest))

    def silence(self, _rest: str) -> None:
        self._now_on(self._call.stay_silent())

    def say(self, rest: str) -> None:
        key = "#" if rest.endswith("#") else ""
        self._now_on(self._call.speak(rest.removesuffix("#"), key=key))

    def hang_up(self, rest: str) -> None:
        self._now_on(self._call.hang_up(words=rest))
        self.line.settle()

    def answer(self, rest: str) -> None:
        self.line.settle()
        self._now_on(self.line.answer(_who(rest)))

    def machine(self, rest: str) -> None:
        self.line.settle()
        self._now_on(self.line.answer(_who(rest), machine=True))
        self.line.settle()

    def back(self, _rest: str) -> None:
        assert self.first is not None
        self.call = self.first
        self.call.listen()

    def waits(self, rest: str) -> None:
        self._call.listen()
        assert self._call.waits_for == ("" if rest == "nothing" else rest)

    def wait(self, rest: str) -> None:
        self.line.advance_to(self.line.now + timedelta(minutes=float(rest)))

    def until(self, rest: str) -> None:
        self.line.advance_to(local(rest))

    def alert(self, rest: str) -> None:
        self.line.settle()
        who, _, words = rest.partition(" ")
        texts = self.line.inbox(_who(who))
        assert any(words in text for text in texts), f"texts: {texts}"

    def no_text(self, rest: str) -> None:
        self.line.settle()
        assert self.line.inbox(_who(rest)) == []

    def send(self, rest: str) -> None:
        who, _, words = rest.partition(" ")
        self.line.text(_who(who), words)
        self.line.settle()

    def code(self, rest: str) -> None:
        self.line.settle()
        digits = re.findall(r"把(\d\d)回", self.line.inbox(_who(rest))[-1])
        assert digits, f"texts: {self.line.inbox(_who(rest))}"
        self.line.text(_who(rest), digits[0])
        self.line.settle()

    def points(self, rest: str) -> None:
        who, *wanted = rest.split()
        free, held = points_of(self.line, _PEOPLE[who])
        assert [str(free), str(held)] == wanted, f"points: {free} and {held}"

    def case(self, rest: str) -> None:
        number, *wanted = rest.split()
        case = self.line.case(int(number))
        found = {field: str(case[field]) for field in (pair.partition("=")[0] for pair in wanted)}
        assert [f"{field}={value}" for field, value in found.items()] == wanted

    def task(self, rest: str) -> None:
        kind, owner = rest.split()
        tasks = [(task["kind"], task["owner"]) for task in self.line.tasks()]
        assert (kind, owner) in tasks, f"tasks: {tasks}"

    @property
    def _call(self) -> PhoneCall:
        assert self.call is not None, "nobody has rung yet"
        return self.call

    def _now_on(self, call: PhoneCall) -> PhoneCall:
        self.call, self.heard_until[call.id] = call, 0
        return call


_VERBS: dict[str, Callable[[Stage, str], None]] = {
    "at": Stage.at,
    "ring": Stage.ring,
    "phone": Stage.phone,
    "not": Stage.not_heard,
    "key": Stage.key,
    "silence": Stage.silence,
    "say": Stage.say,
    "hang up": Stage.hang_up,
    "answer": Stage.answer,
    "machine": Stage.machine,
    "back": Stage.back,
    "waits": Stage.waits,
    "wait": Stage.wait,
    "until": Stage.until,
    "alert": Stage.alert,
    "no text": Stage.no_text,
    "send": Stage.send,
    "code": Stage.code,
    "points": Stage.points,
    "case": Stage.case,
    "task": Stage.task,
}


def _who(written: str) -> Person | str:
    return _PEOPLE.get(written, written)
