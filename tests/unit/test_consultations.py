"""Consultations in the database: any order of answers, the close, and what is refused."""

from __future__ import annotations

import random
import threading
from datetime import timedelta

import pytest

from core.consultations.operations import (
    answer_at_door,
    answer_by_phone,
    call_off,
    close_now,
    draft,
    find_household,
    open_consultation,
    record_paid,
    step_due,
)
from core.consultations.queries import (
    answers_of,
    consultation_by_id,
    count_of,
    households_of,
    phones_of_household,
    recount_of,
)
from core.consultations.reading import read_matter
from core.consultations.rules import Answer, State, Why
from core.db import Database
from core.errors import Refusal
from core.staff.where import read_where
from tests.unit.demo_office import Desk
from tests.world import KEEPER_ZHOU, MONDAY_MORNING, XIAO_LI, Person

SAID = "3-3 疏通主管道共360元"


@pytest.fixture
def demo(whole_demo: Database) -> Database:
    """The demo community."""
    return whole_demo


def opened(database: Database, words: str = SAID, who: Person = XIAO_LI) -> int:
    """Open a consultation; return its id."""
    with database.transaction() as session:
        desk = Desk(session)
        staff = desk.staff(who)
        where, rest = read_where(session, community=desk.community, words=words, staff=staff)
        assert where is not None
        given = {"community": desk.community, "staff": staff, "now": MONDAY_MORNING}
        drafted = draft(session, where=where, matter=read_matter(rest), **given)
        return open_consultation(session, drafted=drafted, case=None, channel="sms", **given).id


def test_any_order_of_answers_is_counted_once_a_household(demo: Database) -> None:
    """Two hundred answers of every kind; the ballots, the recount and a pencil agree."""
    number = opened(demo)
    dice = random.Random(20261123)
    with demo.transaction() as session:
        row = consultation_by_id(session, number)
        assert row is not None
        rooms = households_of(session, number)
        pencil: dict[int, tuple[str, str | None]] = {}
        for step in range(200):
            room, answer = dice.choice(rooms), dice.choice(list(Answer))
            phones = [phone.phone for phone in phones_of_household(session, room.id)]
            voice = dice.choice([None, "+8613999999999", *phones])
            now = MONDAY_MORNING + timedelta(minutes=step)
            staff = Desk(session).staff(XIAO_LI)
            given = {"consultation": row, "answer": answer, "words": "", "now": now}
            if voice is None:
                answer_at_door(session, staff=staff, room=room.place, **given)
            else:
                answer_by_phone(session, phone=voice, channel="sms", **given)
            if voice is None or voice in phones:
                before = pencil.get(room.id)
                if before is None or voice is None or before[1] in (None, voice):
                    changed = before is None or before[0] != answer
                    pencil[room.id] = (answer, voice) if changed else before  # type: ignore[assignment]
        counted = count_of(session, row)
        assert counted == recount_of(session, row)
        said = [answer for answer, _ in pencil.values()]
        assert (counted.agree, counted.disagree) == (said.count("agree"), said.count("disagree"))
        assert len(answers_of(session, number)) == 200  # every one of them is kept


def test_the_close_and_an_answer_at_the_same_second(demo: Database) -> None:
    """Whichever comes first, the result and the ballots agree."""
    number = opened(demo)
    with demo.reading() as session:
        row = consultation_by_id(session, number)
        assert row is not None
        closes_at = row.closes_at
        phone = next(
            phone.phone
            for room in households_of(session, number)
            for phone in phones_of_household(session, room.id)
        )
    barrier = threading.Barrier(3)

    def close() -> None:
        barrier.wait()
        done = 0
        while done == 0:  # a row that an answer holds is passed over, as by any scheduler
            with demo.transaction() as session:
                done = step_due(session, closes_at)

    def answer(at_seconds: int) -> None:
        barrier.wait()
        with demo.transaction() as session:
            row = consultation_by_id(session, number)
            assert row is not None
            answer_by_phone(
                session,
                consultation=row,
                phone=phone,
                answer=Answer.AGREE,
                channel="sms",
                words="",
                now=closes_at + timedelta(seconds=at_seconds),
            )

    threads = [threading.Thread(target=close)]
    threads += [threading.Thread(target=answer, args=(second,)) for second in (-1, 0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with demo.reading() as session:
        row = consultation_by_id(session, number)
        assert row is not None
        assert row.state == State.CLOSED
        assert row.result is not None
        counted = count_of(session, row)
        assert (row.result["agree"], row.result["silent"]) == (counted.agree, counted.silent)
        assert counted == recount_of(session, row)
        late = [each for each in answers_of(session, number) if each.why == Why.LATE]
        assert len(late) in (1, 2)  # at the closing second always; a second before it perhaps


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("3-3 疏通主管道共350元，每户30元", "bad_sum"),
        ("3-3 疏通每户3O元", "bad_money"),
        ("99-9 疏通", "nobody"),
        ("3-3", "help"),
        ("3-3 99天 疏通", "bad_days"),
        (f"3-3 {'疏通主管道' * 12}", "too_long"),
        ("3-3 一般事项 疏通", "area_missing"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    demo: Database, words: str, refusal: str
) -> None:
    with pytest.raises(Refusal, match=refusal):
        opened(demo, words)


def test_who_may_not_ask_and_what_is_over(demo: Database) -> None:
    with pytest.raises(Refusal, match="not_allowed"):
        opened(demo, f"青湖{SAID}", who=KEEPER_ZHOU)
    number = opened(demo)
    with demo.transaction() as session:
        row = consultation_by_id(session, number)
        assert row is not None
        with pytest.raises(Refusal, match="unknown_room"):
            find_household(session, row, "999")
        given = {"consultation": row, "staff": Desk(session).staff(XIAO_LI), "now": MONDAY_MORNING}
        with pytest.raises(Refusal, match="nothing_to_pay"):
            record_paid(session, household=households_of(session, number)[0], fen=None, **given)
        close_now(session, row, now=MONDAY_MORNING)
        assert row.result is not None
        assert row.result["carried"] is False  # nobody had answered
        with pytest.raises(Refusal, match="over"):
            call_off(session, row, now=MONDAY_MORNING)


def test_called_off_means_that_what_comes_later_counts_nowhere(demo: Database) -> None:
    number = opened(demo)
    with demo.transaction() as session:
        row = consultation_by_id(session, number)
        assert row is not None
        first, second, *_ = households_of(session, number)
        given = {"consultation": row, "answer": Answer.AGREE, "words": "", "now": MONDAY_MORNING}
        given["staff"] = Desk(session).staff(XIAO_LI)
        assert answer_at_door(session, room=first.place, **given).why is Why.COUNTED
        call_off(session, row, now=MONDAY_MORNING)
        assert answer_at_door(session, room=second.place, **given).why is Why.LATE
        assert count_of(session, row).agree == recount_of(session, row).agree == 1
