"""The terminal phone: what is typed, and what is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.db import Database
from telephony.desk.terminal import main
from telephony.ports import TextToSend
from tests.village import (
    GOODBYE,
    GRANDMA_JIN,
    HERE,
    LINE,
    MENU,
    RECORDER,
    Village,
    callback,
    settle,
)

Type = Callable[..., str]


@pytest.fixture
def village(database: Database) -> Village:
    settle(database)
    return Village(database)


@pytest.fixture
def typed(village: Village, database: Database) -> Type:
    """Type lines into the terminal; returns everything it told."""

    def type_lines(*lines: str, language: str = "zh_CN") -> str:
        waiting, told = list(lines), []

        def read(_prompt: str) -> str:
            if not waiting:
                raise EOFError
            return waiting.pop(0)

        main(village.exchange, database, language=language, read=read, write=told.append)
        return "\n".join(told)

    return type_lines


def test_a_call_is_rung_keyed_spoken_into_and_over(village: Village, typed: Type) -> None:
    village.documents |= {
        "/ivr/inbound": MENU,
        "/ivr/turn": RECORDER,
        "/ivr/recording": "",
        "/ivr/recorded": GOODBYE,
    }

    told = typed("换 金奶奶", "打", "1", "说 下水道堵了")

    assert told.splitlines()[1:] == [
        "  ☎ 报事请按1",
        "  (等您按键;回车:不出声)",
        "  ☎ (嘟)",
        "  (等您说话:说 …;回车:不出声)",
        "  ☎ 再见",
        "  (通话结束)",
    ]
    assert village.fields("/ivr/recorded")[0]["LinliTypedWords"] == "下水道堵了"


def test_words_wait_for_the_tone(village: Village, typed: Type) -> None:
    village.documents |= {
        "/ivr/inbound": MENU,
        "/ivr/silent": RECORDER,
        "/ivr/recording": "",
        "/ivr/recorded": GOODBYE,
    }

    typed("换 金奶奶", "打", "说 下水道堵了")

    assert village.fields("/ivr/recorded")[0]["LinliTypedWords"] == "下水道堵了"


def test_an_empty_line_is_silence(village: Village, typed: Type) -> None:
    village.documents |= {"/ivr/inbound": MENU, "/ivr/silent": GOODBYE}

    assert typed("换 金奶奶", "打", "").endswith("  ☎ 再见\n  (通话结束)")


def test_a_phone_that_rings_is_told_of_and_answered(village: Village, typed: Type) -> None:
    village.documents |= {"/ivr/answered": GOODBYE}
    village.provider.place_call(callback())

    told = typed("换 金奶奶", "接")

    assert "☎ 金奶奶的电话响了" in told
    assert told.endswith("  ☎ 再见\n  (通话结束)")


def test_a_phone_that_rings_is_refused(village: Village, typed: Type) -> None:
    village.provider.place_call(callback())

    typed("换 金奶奶", "不接")

    assert village.statuses() == ["ringing", "busy"]


def test_texts_go_out_and_come_in(village: Village, typed: Type) -> None:
    village.documents["/sms/inbound"] = "<Response><Message>记下了</Message></Response>"
    village.provider.send_text(TextToSend(LINE, GRANDMA_JIN, "您好", f"{HERE}/sms/status"))

    told = typed("换 金奶奶", "发 下水道堵了", "收")

    assert told.splitlines()[1:] == [
        "  ✉ 您好",
        "  ✉ 记下了",
        "  ✉ 您好",
        "  → 下水道堵了",
        "  ✉ 记下了",
    ]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("1", "先选一部电话:换 金奶奶"),
        ("换 孙悟空", "没有这部电话:孙悟空"),
        ("换", "没有这部电话:"),
    ],
)
def test_without_a_phone_it_asks_for_one(typed: Type, line: str, answer: str) -> None:
    assert typed(line).splitlines()[1:] == [answer]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("1", "没有通话。"),
        ("挂", "没有通话。"),
        ("说 你好", "没有通话。"),
        ("接", "没有来电。"),
        ("不接", "没有来电。"),
        ("收", "没有短信。"),
        ("唱歌", "没听懂。帮助:看能做什么。"),
    ],
)
def test_what_cannot_be_done_is_said(typed: Type, line: str, answer: str) -> None:
    assert typed("换 13900000101", line).splitlines()[1:] == [answer]


def test_a_landline_cannot_text(typed: Type) -> None:
    assert typed("换 王大爷", "发 你好").splitlines()[1:] == ["这部电话不能发短信。"]


def test_everybody_is_listed_and_quit_ends_it_in_english_too(typed: Type) -> None:
    told = typed("who", "help", "quit", "who", language="en")

    assert "5800302" in told
    assert "hidden number" in told
    assert told.count("张敏") == 1


def test_without_a_demo_community_it_says_what_to_do(database: Database) -> None:
    told: list[str] = []

    main(Village(database).exchange, database, read=lambda _prompt: "", write=told.append)

    assert told == ["还没有示范社区。先运行 linli load fixtures/demo/community.toml。"]


def test_the_phones_are_those_of_the_community_that_is_named(
    village: Village, database: Database
) -> None:
    told: list[str] = []

    def read(_prompt: str) -> str:
        raise EOFError

    for community in ("dongcheng", "elsewhere"):
        main(village.exchange, database, community=community, read=read, write=told.append)

    assert "先选一部电话" in told[0]
    assert "还没有示范社区" in told[1]
