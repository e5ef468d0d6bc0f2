"""What a keeper's text leaves open, asked by digit: which person, activity or reservation."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from core.points.queries import reservations_of, reward_of
from core.points.telling import name_of, short
from core.questions.operations import ask_in_reply
from core.questions.rules import QuestionKind
from core.residents.queries import find_residents, resident_by_id
from core.residents.tables import ResidentRow
from sms.conversation import Incoming, Reply
from sms.keeper_deeds import Deed
from sms.keeper_reading import Who

_MOST_CHOICES = 6


def ask_person(incoming: Incoming, deed: Deed, who: Who) -> Reply:
    """Ask which of several people of one name is meant."""
    offered = who.people[:_MOST_CHOICES]
    choices = [_known_by(person) for person in offered]
    return _ask(
        incoming,
        QuestionKind.WHICH_PERSON,
        deed,
        [person.id for person in offered],
        incoming.say(
            "sms.points.which_person", words=who.named, choices=_numbered(incoming, choices)
        ),
    )


def ask_namesake(incoming: Incoming, deed: Deed) -> Reply:
    """Ask who the next unclear name of a list is; the rest of it waits in the deed."""
    named = deed.unclear[0]
    people = find_residents(incoming.session, incoming.community.id, named)
    others = [person for person in people if person.id not in deed.resident_ids]
    return ask_person(incoming, deed, Who(others or people, named, ""))


def ask_activity(incoming: Incoming, deed: Deed, near: Sequence[Any]) -> Reply:
    """Offer the activities that sound like what was written."""
    words = short(deed.what, incoming.language)
    if not near:
        return Reply(
            incoming.say("sms.points.unknown_activity_plain", words=words), "points: activity?"
        )
    choices = [name_of(activity, incoming.language) for activity in near]
    return _ask(
        incoming,
        QuestionKind.WHICH_ACTIVITY,
        deed,
        [activity.id for activity in near],
        incoming.say(
            "sms.points.unknown_activity", words=words, choices=_numbered(incoming, choices)
        ),
    )


def ask_reservation(incoming: Incoming, deed: Deed) -> Reply:
    """Ask which of somebody's reservations is handed over; there may be none."""
    kept = reservations_of(incoming.session, deed.resident_ids[0])[:_MOST_CHOICES]
    resident = resident_by_id(incoming.session, deed.resident_ids[0])
    name = resident.name if resident else ""
    if not kept:
        return Reply(incoming.say("sms.points.nothing_kept", name=name), "hand over: nothing")
    choices = [name_of(reward_of(incoming.session, row), incoming.language) for row in kept]
    return _ask(
        incoming,
        QuestionKind.WHICH_REWARD,
        deed,
        [row.id for row in kept],
        incoming.say("sms.points.which_kept", name=name, choices=_numbered(incoming, choices)),
    )


def _ask(
    incoming: Incoming, kind: QuestionKind, deed: Deed, choices: list[int], words: str
) -> Reply:
    ask_in_reply(
        incoming.session,
        community_id=incoming.community.id,
        phone=incoming.phone or "",
        kind=kind,
        about={"deed": dataclasses.asdict(deed), "choices": choices},
        words=words,
        now=incoming.now,
    )
    return Reply(words, f"points: {kind}")


def _numbered(incoming: Incoming, choices: Sequence[str]) -> str:
    lines = [f"{digit} {choice}" for digit, choice in enumerate(choices, start=1)]
    return incoming.part("sms.question.comma").join(lines)


def _known_by(person: ResidentRow) -> str:
    return f"{person.name} {person.place}".strip()
