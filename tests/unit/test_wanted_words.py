"""What a call will say is asked for when a case changes, not when somebody waits for it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from core.callbacks.operations import plan_due, start_due
from core.calls.standing_words import want_standing_sentences, want_standing_words
from core.communities.queries import communities
from core.reaching.operations import place_due, plan_reach
from core.reaching.rules import ReachPurpose
from core.reaching.spoken import Aloud
from core.sound.operations import Asked
from core.sound.spoken import own_clips, whole_sentence
from core.sound.tables import PromptWantedRow
from core.wording.catalogue import say
from tests.line import Line
from tests.world import GRANDMA_JIN, MASTER_WANG, MS_SMITH


def _wanted(line: Line) -> set[tuple[str, str, str, bool]]:
    with line.database.reading() as session:
        rows = session.scalars(select(PromptWantedRow))
        return {(row.words, row.language, row.pace, row.personal) for row in rows}


def _whole(key: str, *, personal: bool = True, **slots: str) -> tuple[str, str, str, bool]:
    return say(key, "zh_CN", **slots), "zh_CN", "normal", personal


def _forget(line: Line) -> None:
    with line.database.transaction() as session:
        session.execute(delete(PromptWantedRow))


def test_a_new_case_asks_for_its_number_the_next_one_and_who_is_responsible(line: Line) -> None:
    line.text(GRANDMA_JIN, "厨房下水道堵了")

    assert _wanted(line) >= {
        ("零 零 零 幺", "zh_CN", "normal", True),
        ("零 零 零 二", "zh_CN", "normal", True),
        ("王师傅", "zh_CN", "normal", True),
        _whole("voice.status.dispatched", number="零 零 零 幺"),
        _whole("voice.receipt.number", number="零 零 零 二"),
        _whole("voice.receipt.who", who="王师傅"),
    }


def test_a_call_asks_at_once_for_what_only_its_caller_would_hear(line: Line) -> None:
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    _forget(line)

    line.ring(GRANDMA_JIN)

    assert _wanted(line) >= {
        _whole("voice.status.dispatched", number="零 零 零 幺"),
        _whole("voice.receipt.number", number="零 零 零 二"),
    }


def test_a_name_in_another_language_leaves_the_sentence_in_parts() -> None:
    slots = {"who": "王师傅"}
    assert whole_sentence("voice.receipt.who", slots, language="en", pace="normal") is None
    assert whole_sentence("voice.receipt.who", {}, language="zh_CN", pace="normal") is None
    english = whole_sentence("voice.receipt.who", {"who": "Mr Li"}, language="en", pace="slow")
    assert english is None  # its parts are understood as well
    assert whole_sentence("voice.receipt.who", slots, language="zh_CN", pace="slow") == Asked(
        say("voice.receipt.who", "zh_CN", **slots), "zh_CN", "slow", personal=True
    )


def test_a_slow_telephone_is_asked_for_slowly_and_an_english_one_in_english(line: Line) -> None:
    line.ring(MS_SMITH).press("9").hang_up()

    line.text(MS_SMITH, "The kitchen drain is blocked")

    wanted = _wanted(line)
    assert ("zero zero zero one", "en", "slow", True) in wanted
    assert ("zero zero zero one", "en", "normal", True) not in wanted


def test_a_callback_asks_when_it_is_planned_and_again_when_it_is_placed(line: Line) -> None:
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    line.text(MASTER_WANG, "接 1 明天上午来")
    line.text(MASTER_WANG, "办结 1 通了")
    wished = {
        ("金奶奶", "zh_CN", "normal", True),
        ("小李", "zh_CN", "normal", True),
        _whole("voice.callback.yourself", called="金奶奶"),
        _whole("voice.callback.opening", community="东城社区", leader="小李"),
    }

    for work in (plan_due, start_due):
        _forget(line)
        with line.database.transaction() as session:
            work(session, line.now)
        assert _wanted(line) >= wished
        if work is plan_due:
            line.clock.set(line.now + timedelta(hours=6, minutes=10))  # in a calling window

    line.settle()
    assert line.ringing(GRANDMA_JIN)


def test_progress_words_are_asked_for_in_clips(line: Line) -> None:
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    line.text(
        MASTER_WANG, "接 1 配件明天上午到。后天来换总管，大概两个小时，家里要留人，水会停一会儿"
    )
    with line.database.transaction() as session:
        plan_due(session, line.now)

    words = {words for words, *_ in _wanted(line)}
    assert {"小李", "金奶奶"} <= words
    assert any("配件明天上午到" in clip for clip in words)


def test_a_notice_is_asked_for_when_its_call_is_planned_and_again_when_it_rings(line: Line) -> None:
    words = "明天上午停水。请先接一桶水。"
    wished = {(clip, "zh_CN", "normal", True) for clip in own_clips(words, slow=False)}
    with line.database.transaction() as session:
        plan_reach(
            session,
            community_id=communities(session)[0].id,
            purpose=ReachPurpose.NOTICE,
            about_id=1,
            phone=GRANDMA_JIN.phone,
            about=words,
            aloud=Aloud(words=words),
            now=line.now,
        )
    assert _wanted(line) >= wished

    _forget(line)
    with line.database.transaction() as session:
        place_due(session, line.now)
    assert _wanted(line) >= wished


def test_the_shop_is_asked_for_slowly_for_the_list_and_as_usual_for_what_was_chosen(
    line: Line,
) -> None:
    with line.database.transaction() as session:
        want_standing_words(session, now=line.now)
        want_standing_sentences(session, now=line.now)

    assert _wanted(line) >= {
        _whole("voice.callback.silent", personal=False, staffed="五 八 零，零 零 零 零"),
        _whole("voice.receipt.who", who="王师傅"),
    }
    assert _wanted(line) >= {
        (words, language, pace, False)
        for words, language in (
            ("纸巾，十分", "zh_CN"),
            ("读书会，星期五", "zh_CN"),
            ("peanut oil, sixty points", "en"),
        )
        for pace in ("slow", "normal")
    }
