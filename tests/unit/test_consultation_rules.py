"""Ballots and money: whatever the order of answers, changes and repeats, the count is right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.consultations.reading import Matter, read_fen, read_matter
from core.consultations.rules import (
    RULES,
    Answer,
    Cast,
    Count,
    Standing,
    Why,
    count,
    judge,
    recount,
    split,
    verdict,
    yuan,
)
from core.errors import Refusal
from core.questions.tables import QuestionRow
from sms.neighbour_answers import digit_of_words
from sms.neighbour_commands import SayOpinion
from sms.neighbour_keywords import read_neighbour_wish, read_opinion

CLOSES = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUSEHOLDS = (1, 2, 3, 4)

casts = st.lists(
    st.builds(
        Cast,
        household=st.sampled_from((*HOUSEHOLDS, 9, None)),
        voice=st.sampled_from((None, "a", "b")),
        answer=st.sampled_from(Answer),
        at=st.integers(-5, 2).map(lambda seconds: CLOSES + timedelta(seconds=seconds)),
    ),
    max_size=40,
).map(lambda rows: sorted(rows, key=lambda row: row.at))


def told_by_hand(rows: list[Cast], household: int) -> Standing | None:
    """Follow one household's answers as a clerk with a pencil would."""
    standing: Standing | None = None
    for row in rows:
        if row.household != household or row.at >= CLOSES:
            continue
        may = standing is None or row.voice is None or standing.voice in (None, row.voice)
        if may and (standing is None or standing.answer != row.answer):
            standing = Standing(row.answer, row.voice)
    return standing


@given(casts)
def test_each_household_has_one_ballot_and_it_is_its_last_rightful_answer(rows: list[Cast]) -> None:
    standings = recount(rows, households=HOUSEHOLDS, closes_at=CLOSES)
    by_hand = {key: told_by_hand(rows, key) for key in HOUSEHOLDS}
    assert standings == {key: found for key, found in by_hand.items() if found is not None}
    counted = count(dict.fromkeys(HOUSEHOLDS, 0), standings)
    assert counted.agree + counted.disagree + counted.silent == len(HOUSEHOLDS)


@given(casts)
def test_repeats_change_nothing(rows: list[Cast]) -> None:
    twice = [row for row in rows for _ in range(2)]
    once = recount(rows, households=HOUSEHOLDS, closes_at=CLOSES)
    assert recount(twice, households=HOUSEHOLDS, closes_at=CLOSES) == once


@given(casts)
def test_what_comes_at_the_closing_second_or_later_counts_nowhere(rows: list[Cast]) -> None:
    in_time = [row for row in rows if row.at < CLOSES]
    whole = recount(rows, households=HOUSEHOLDS, closes_at=CLOSES)
    assert whole == recount(in_time, households=HOUSEHOLDS, closes_at=CLOSES)


@given(casts, st.randoms(use_true_random=False))
def test_households_do_not_disturb_one_another(rows: list[Cast], random: Any) -> None:
    """Mixed in any other way that keeps each household's own order, the count is the same."""
    queues = {key: [row for row in rows if row.household == key] for key in (*HOUSEHOLDS, 9, None)}
    mixed: list[Cast] = []
    while any(queues.values()):
        mixed.append(queues[random.choice([key for key in queues if queues[key]])].pop(0))
    whole = recount(rows, households=HOUSEHOLDS, closes_at=CLOSES)
    assert recount(mixed, households=HOUSEHOLDS, closes_at=CLOSES) == whole


@pytest.mark.parametrize(
    ("standing", "voice", "answer", "why"),
    [
        (None, "a", Answer.AGREE, Why.COUNTED),
        (Standing(Answer.AGREE, "a"), "a", Answer.DISAGREE, Why.COUNTED),
        (Standing(Answer.AGREE, "a"), "a", Answer.AGREE, Why.SAME),
        (Standing(Answer.AGREE, "a"), "b", Answer.AGREE, Why.OTHER_PHONE),
        (Standing(Answer.AGREE, "a"), None, Answer.DISAGREE, Why.COUNTED),
        (Standing(Answer.AGREE, None), "b", Answer.DISAGREE, Why.COUNTED),
    ],
)
def test_whose_answer_counts(
    standing: Standing | None, voice: str | None, answer: Answer, why: Why
) -> None:
    cast = Cast(1, voice, answer, CLOSES - timedelta(seconds=1))
    assert judge(standing, cast, asked=True, closes_at=CLOSES) is why
    assert judge(standing, cast, asked=False, closes_at=CLOSES) is Why.NOT_ASKED
    assert judge(standing, cast, asked=True, closes_at=CLOSES, is_open=False) is Why.LATE


@given(st.sampled_from(sorted(RULES)), st.lists(st.tuples(st.integers(1, 900), st.integers(0, 2))))
def test_a_rule_carries_as_the_shares_say(name: str, homes: list[tuple[int, int]]) -> None:
    """The same in plain fractions: areas and heads, added up one by one."""
    rule = RULES[name]
    heads = Count(
        asked=len(homes),
        agree=sum(1 for _, said in homes if said == 1),
        disagree=sum(1 for _, said in homes if said == 2),
        area_asked=sum(area for area, _ in homes),
        area_agree=sum(area for area, said in homes if said == 1),
        area_disagree=sum(area for area, said in homes if said == 2),
    )
    measures = [[1] * len(homes)] + ([[area for area, _ in homes]] if rule.by_area else [])
    carries = bool(homes)
    for weights in measures:
        voted = sum(w for w, (_, said) in zip(weights, homes, strict=True) if said)
        agreed = sum(w for w, (_, said) in zip(weights, homes, strict=True) if said == 1)
        carries = carries and voted > 0 and Fraction(voted, sum(weights)) >= rule.quorum
        share = Fraction(agreed, voted) if voted else Fraction(0)
        carries = carries and (share > rule.consent if rule.more_than else share >= rule.consent)
    assert verdict(rule, heads).carries == carries


@given(st.integers(1, 10_000_000), st.integers(1, 500))
def test_shares_add_up_to_the_cent_and_differ_by_one_at_most(total: int, homes: int) -> None:
    shares = split(total, homes)
    assert sum(shares) == total
    assert max(shares) - min(shares) <= 1


@given(st.integers(1, 1_000_000))
def test_money_is_read_as_it_is_written(fen: int) -> None:
    assert read_fen(yuan(fen)) == fen


@pytest.mark.parametrize(
    "written", ["3O", "三x", "", "0", "-5", "1.005", "1e3", "abc", "九九九九万"]
)
def test_money_with_letters_is_refused(written: str) -> None:
    with pytest.raises(Refusal, match="bad_money"):
        read_fen(written)


def test_what_a_question_says_of_itself() -> None:
    assert read_matter("重大事项 7天 换主管道 每户三十元") == Matter(
        "换主管道 每户三十元", None, 3000, "major", 7
    )
    with pytest.raises(Refusal, match="bad_money"):
        read_matter("疏通 每户3O元")


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("协商7 同意", SayOpinion(7, "同意")),
        ("协商 不同意", SayOpinion(None, "不同意")),
        ("协商一下楼道的事", None),
        ("我想和你们协商停车", None),
    ],
)
def test_residents_name_a_consultation(text: str, wish: SayOpinion | None) -> None:
    assert read_neighbour_wish(text) == wish


@pytest.mark.parametrize(
    ("kind", "words", "digit"),
    [
        ("consultation", "同意，早该修了", 1),
        ("consultation", "我家不出", 2),
        ("consultation", "同意不同意都要交吗", None),
        ("consultation", "这是什么意思", None),
        ("standing", "照旧，谢谢", 1),
        ("standing", "还有药，先不取", 2),
        ("standing", "下午来行不行", None),
    ],
)
def test_an_open_question_is_answered_in_own_words(
    kind: str, words: str, digit: int | None
) -> None:
    assert digit_of_words(QuestionRow(kind=kind), words) == digit


@pytest.mark.parametrize(
    ("words", "agrees"),
    [("同意", True), ("不同意", False), ("2", False), ("2号楼3单元", None), ("不太同意吧", None)],
)
def test_an_opinion_is_plain_or_none(words: str, agrees: bool | None) -> None:
    assert read_opinion(words) is agrees


@pytest.mark.parametrize(
    ("rule", "agree", "disagree", "area_agree", "area_disagree", "carries"),
    [  # of 12 flats and 1,200 square metres, as art. 278 of the Civil Code has it
        ("common", 5, 3, 410, 390, True),  # two thirds of both, and more than half of both
        ("common", 4, 3, 410, 390, False),  # seven of twelve take part
        ("common", 5, 3, 410, 389, False),  # less than two thirds of the area
        ("common", 4, 4, 500, 300, False),  # half of the number is not more than half
        ("common", 5, 3, 400, 400, False),  # nor half of the area
        ("major", 6, 2, 600, 200, True),  # three quarters of both will do
        ("major", 5, 3, 700, 100, False),
        ("major", 6, 2, 599, 201, False),
        ("usual", 5, 3, 0, 0, True),
        ("usual", 4, 4, 0, 0, False),
        ("everybody", 12, 0, 0, 0, True),
        ("everybody", 11, 0, 0, 0, False),
    ],
)
def test_shares_at_their_edges(
    rule: str, agree: int, disagree: int, area_agree: int, area_disagree: int, carries: bool
) -> None:
    counted = Count(12, agree, disagree, 1200, area_agree, area_disagree)
    assert verdict(RULES[rule], counted).carries is carries


@pytest.mark.parametrize(
    ("words", "each_fen"),
    [("修灯 每户30", 3000), ("修灯 每户¥30.5", 3050), ("每户2人打扫", None), ("共12户出钱", None)],
)
def test_a_number_without_its_unit_is_yuan_where_it_can_be_nothing_else(
    words: str, each_fen: int | None
) -> None:
    assert read_matter(words).each_fen == each_fen


@pytest.mark.parametrize("words", ["修灯 每户3O", "修灯 每户30块5", "修灯 每户30元5角"])
def test_an_amount_that_is_not_plain_is_asked_about(words: str) -> None:
    with pytest.raises(Refusal, match="bad_money"):
        read_matter(words)
