"""What a call that begins may come to say, asked for while the caller hears the first menu."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.calls.tables import CallRow
from core.cases.queries import newest_cases_of_phone
from core.cases.spoken import RECEIPT, status_keys
from core.communities.queries import community_by_id
from core.points.spoken import want_balance
from core.residents.pins import has_pin
from core.residents.queries import residents_of_phone
from core.residents.tables import ResidentRow
from core.sound.operations import want_prompts
from core.sound.spoken import whole_sentence
from core.wording.ear import case_number_spoken, name_spoken

MAY_HEAR_POINTS = "spoken_balance"  # a consent 本人同意 in the register
MOST_STATES = 3  # of matters that are read out
_MOST_PEOPLE = 3  # that share a telephone and are named
WHOSE = ("voice.points.person_1", "voice.points.person_2", "voice.points.person_3")
WHOSE_DOUBT = ("voice.points.whose_doubt",)


def want_expected_words(session: Session, call: CallRow, *, now: datetime) -> None:
    """Ask for the sentences that nobody else who rings would hear."""
    pace = "slow" if call.slow else "normal"
    people = residents_of_phone(session, call.community_id, call.phone)[:_MOST_PEOPLE]
    asked = (
        whole_sentence(key, slots, language=call.language, pace=pace)
        for keys, slots in _sentences(session, call, people)
        for key in keys
    )
    want_prompts(session, [one for one in asked if one is not None], now=now)  # all at once
    for resident in people:
        if MAY_HEAR_POINTS in resident.consents or has_pin(session, resident.id):
            want_balance(session, resident, language=call.language, pace=pace, now=now)


def _sentences(
    session: Session, call: CallRow, people: Sequence[ResidentRow]
) -> Iterator[tuple[Sequence[str], Mapping[str, str]]]:
    language = call.language
    last = community_by_id(session, call.community_id).last_case_number
    yield RECEIPT, {"number": case_number_spoken(last + 1, language)}
    if people:
        cases = newest_cases_of_phone(session, call.community_id, call.phone, limit=MOST_STATES)
        for case in cases:
            yield status_keys(case), {"number": case_number_spoken(case.number, language)}
    if len(people) > 1:
        names = (name_spoken(person.called, person.reading) for person in people)
        yield (*WHOSE, *WHOSE_DOUBT), {f"person_{at}": name for at, name in enumerate(names, 1)}
