"""One open question a phone: the others wait unsent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import community_by_key
from core.outbox.tables import OutboxRow
from core.questions.operations import ask, ask_in_reply, lapse_due, settle
from core.questions.queries import last_lapsed, open_question
from core.questions.rules import QuestionKind
from core.questions.tables import QuestionRow
from tests.line import Line
from tests.world import GRANDMA_JIN, MONDAY_MORNING

_NOW = MONDAY_MORNING


@pytest.fixture
def session(line: Line) -> Iterator[Session]:
    with line.database.transaction() as opened:
        yield opened


def _community(session: Session) -> int:
    community = community_by_key(session, "dongcheng")
    assert community is not None
    return community.id


def _ask(session: Session, key: str, *, urgent: bool = False) -> QuestionRow:
    return ask(
        session,
        community_id=_community(session),
        phone=GRANDMA_JIN.phone,
        kind=QuestionKind.SOLVED,
        about={},
        words=f"【东城社区】{key}",
        now=_NOW,
        purpose="survey",
        key=key,
        urgent=urgent,
    )


def _sent(session: Session) -> list[str]:
    return list(session.scalars(select(OutboxRow.body).order_by(OutboxRow.id)))


def _open_words(session: Session) -> str:
    question = open_question(session, _community(session), GRANDMA_JIN.phone, _NOW)
    assert question is not None
    return question.words


def test_a_second_question_waits_until_the_first_is_answered(session: Session) -> None:
    first = _ask(session, "first")
    _ask(session, "second")
    assert _sent(session) == ["【东城社区】first"]
    settle(session, first, "1", _NOW)
    assert _sent(session) == ["【东城社区】first", "【东城社区】second"]
    assert _open_words(session) == "【东城社区】second"


def test_the_same_key_asks_once(session: Session) -> None:
    assert _ask(session, "first").id == _ask(session, "first").id
    assert _sent(session) == ["【东城社区】first"]


def test_an_emergency_supersedes_and_the_other_is_asked_again(session: Session) -> None:
    _ask(session, "first")
    emergency = _ask(session, "emergency", urgent=True)
    assert _open_words(session) == "【东城社区】emergency"
    settle(session, emergency, "2", _NOW)
    assert _sent(session) == ["【东城社区】first", "【东城社区】emergency", "【东城社区】first"]


def test_a_question_in_a_reply_sends_no_text_of_its_own(session: Session) -> None:
    ask_in_reply(
        session,
        community_id=_community(session),
        phone=GRANDMA_JIN.phone,
        kind=QuestionKind.WHICH_CASE,
        about={"choices": [1, 2]},
        words="【东城社区】哪件?",
        now=_NOW,
    )
    assert (_sent(session), _open_words(session)) == ([], "【东城社区】哪件?")


def test_a_question_lapses_after_72_hours_and_the_next_is_asked(session: Session) -> None:
    first = _ask(session, "first")
    _ask(session, "second")
    almost = _NOW + timedelta(hours=72) - timedelta(seconds=1)
    assert lapse_due(session, almost, 10) == []
    assert lapse_due(session, _NOW + timedelta(hours=72), 10) == [first]
    assert _sent(session)[-1] == "【东城社区】second"
    lapsed = last_lapsed(session, _community(session), GRANDMA_JIN.phone)
    assert lapsed is not None
    assert lapsed.id == first.id


def test_an_offer_stands_beside_the_next_question_and_gives_way_to_it(session: Session) -> None:
    offer = ask_in_reply(
        session,
        community_id=_community(session),
        phone=GRANDMA_JIN.phone,
        kind=QuestionKind.REOPEN,
        about={},
        words="【东城社区】没好回2",
        now=_NOW,
    )
    question = _ask(session, "first")
    assert _sent(session) == ["【东城社区】first"]
    assert _open_words(session) == "【东城社区】first"
    settle(session, question, "1", _NOW)
    assert _open_words(session) == offer.words
