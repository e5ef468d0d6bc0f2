"""Figures, dates and times as they are spoken."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wording import ear


@pytest.mark.parametrize(
    ("phone", "zh", "en"),
    [
        (
            "+8613900000101",
            "幺 三 九，零 零 零 零，零 幺 零 幺",
            "one three nine, zero zero zero zero, zero one zero one",
        ),
        (
            "139 0000 0101",
            "幺 三 九，零 零 零 零，零 幺 零 幺",
            "one three nine, zero zero zero zero, zero one zero one",
        ),
        ("5800302", "五 八 零，零 三 零 二", "five eight zero, zero three zero two"),
        ("120", "幺 二 零", "one two zero"),
    ],
)
def test_a_telephone_number_is_spoken_in_groups(phone: str, zh: str, en: str) -> None:
    assert ear.phone_spoken(phone, "zh_CN") == zh
    assert ear.phone_spoken(phone, "en") == en


def test_a_landline_is_spoken_with_its_area_code() -> None:
    expected = "零 九 九 三，五 八 零，零 三 零 二"

    assert ear.phone_spoken("0993 5800302", "zh_CN") == expected
    assert ear.phone_spoken("+869935800302", "zh_CN") == expected


def test_a_case_number_has_four_digits_and_up() -> None:
    assert ear.case_number_spoken(7, "zh_CN") == "零 零 零 七"
    assert ear.case_number_spoken("0158", "en") == "zero one five eight"
    assert ear.case_number_spoken(12345, "zh_CN") == "幺 二 三 四 五"


@pytest.mark.parametrize(
    ("quantity", "zh", "en"),
    [
        (0, "零", "zero"),
        (2, "两", "two"),
        (10, "十", "ten"),
        (15, "十五", "fifteen"),
        (110, "一百一十", "one hundred and ten"),
        (1005, "一千零五", "one thousand and five"),
        (146, "一百四十六", "one hundred and forty-six"),
        (Decimal("3.5"), "三点五", "three point five"),
        (1_250_000, "一百二十五万", "one million two hundred and fifty thousand"),
    ],
)
def test_a_quantity_is_said_as_one_counts(quantity: int | Decimal, zh: str, en: str) -> None:
    assert ear.quantity_spoken(quantity, "zh_CN") == zh
    assert ear.quantity_spoken(quantity, "en") == en


@pytest.mark.parametrize(
    ("fen", "zh"),
    [(0, "零元"), (3500, "三十五元"), (3505, "三十五元零五分"), (99, "零元九角九分")],
)
def test_money_is_said_in_yuan_jiao_fen(fen: int, zh: str) -> None:
    assert ear.money_spoken(fen, "zh_CN") == zh


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        (time(0, 0), "凌晨零点", "midnight"),
        (time(10, 0), "上午十点", "ten in the morning"),
        (time(12, 0), "中午十二点", "noon"),
        (time(13, 30), "下午一点半", "half past one in the afternoon"),
        (time(14, 5), "下午两点零五分", "five past two in the afternoon"),
        (time(19, 45), "晚上七点四十五分", "seven forty-five in the evening"),
    ],
)
def test_a_time_of_day(at: time, zh: str, en: str) -> None:
    assert (ear.time_spoken(at, "zh_CN"), ear.time_spoken(at, "en")) == (zh, en)


def test_a_date_has_month_day_and_weekday() -> None:
    day = date(2026, 2, 21)

    assert ear.date_spoken(day, "zh_CN") == "二月二十一日，星期六"
    assert ear.date_spoken(day, "en") == "Saturday, February twenty-first"


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("修好了,请按1。", "修好了,请按一。"),
        ("没修好,请按２。", "没修好,请按二。"),
        ("急事打5800000。", "急事打五 八 零，零 零 零 零。"),
        ("请打120或119。", "请打幺 二 零或幺 幺 九。"),
        ("0158号", "零 幺 五 八号"),
        ("12月3日10:30来", "十二月三日上午十点半来"),
        ("2个人,2瓶油", "两个人,两瓶油"),
        ("300分", "三百分"),
        ("一共¥35.50", "一共三十五元五角"),
        ("98%", "百分之九十八"),
        ("2026年", "二零二六年"),
        ("99:99", "99:99"),
    ],
)
def test_figures_in_a_sentence_are_written_out(words: str, heard: str) -> None:
    assert ear.written_out(words, "zh_CN") == heard


@given(st.text(alphabet="0123456789０１２.:-%¥元个年请按 +", max_size=30))
def test_writing_out_never_raises(words: str) -> None:
    for language in ("zh_CN", "en"):
        ear.written_out(words, language)


@given(st.integers(min_value=0, max_value=10**12))
def test_no_figure_is_left_in_a_quantity(quantity: int) -> None:
    for language in ("zh_CN", "en"):
        assert not re.search(r"\d", ear.quantity_spoken(quantity, language))
