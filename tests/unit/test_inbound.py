"""A repeat is answered, not obeyed; also when both come at the same instant."""

from __future__ import annotations

import threading
import time

from core.db import Database
from core.inbound.operations import store_answer, take_key
from tests.world import MONDAY_MORNING


def test_a_repeat_gets_the_answer_that_was_given(database: Database) -> None:
    with database.transaction() as session:
        assert take_key(session, "SM1", MONDAY_MORNING) is None
        store_answer(session, "SM1", "<Response/>")
    with database.transaction() as session:
        assert take_key(session, "SM1", MONDAY_MORNING) == "<Response/>"


def test_a_webhook_whose_transaction_broke_is_obeyed_the_next_time(database: Database) -> None:
    class PlugPulled(Exception):
        pass

    try:
        with database.transaction() as session:
            assert take_key(session, "SM1", MONDAY_MORNING) is None
            raise PlugPulled
    except PlugPulled:
        pass
    with database.transaction() as session:
        assert take_key(session, "SM1", MONDAY_MORNING) is None


def test_of_two_at_the_same_instant_one_obeys_and_the_other_repeats(database: Database) -> None:
    answers: list[str | None] = []
    both = threading.Barrier(2)

    def arrive() -> None:
        both.wait()
        with database.transaction() as session:
            earlier = take_key(session, "SM1", MONDAY_MORNING)
            if earlier is None:
                time.sleep(0.1)  # the loser arrives while the winner still works
                store_answer(session, "SM1", "done")
            answers.append(earlier)

    threads = [threading.Thread(target=arrive) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=str) == [None, "done"]
