"""The pace of notices, and whom their first words mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.notices.rules import Channel, Progress, Wish, allow, bar, read_wish

BEGIN = datetime(2026, 11, 23, tzinfo=UTC)


@given(
    st.floats(0.2, 50),
    st.lists(st.floats(0, 5), min_size=1, max_size=60),
    st.integers(1, 80),
)
def test_never_more_than_the_rate_and_one_second_ahead(
    rate: float, pauses: list[float], most: int
) -> None:
    used, now, sent = BEGIN, BEGIN, 0
    for pause in pauses:
        now += timedelta(seconds=pause)
        allowed = allow(used, now, per_second=rate, most=most)
        assert 0 <= allowed.count <= most
        used, sent = allowed.used_until, sent + allowed.count
    assert sent <= ((now - BEGIN).total_seconds() + 1) * rate + 1.001


@given(st.floats(0.2, 50))
def test_somebody_who_looks_again_when_told_gets_on(rate: float) -> None:
    used, now, sent, looks = BEGIN, BEGIN, 0, 0
    while sent < 20:
        allowed = allow(used, now, per_second=rate, most=50)
        used, sent = allowed.used_until, sent + allowed.count
        now = max(used, now + timedelta(milliseconds=1))
        looks += 1
        assert looks < 400


@pytest.mark.parametrize(
    ("words", "wish", "rest"),
    [
        ("党员 开会", Wish(group="party_member", named="党员"), " 开会"),
        ("七十岁以上 送米", Wish(min_age=70, named="七十岁以上"), " 送米"),
        ("老人 送米", Wish(min_age=70, named="老人"), " 送米"),
        ("电话 送米", Wish(channel=Channel.CALL), " 送米"),
        ("到明天18:00 停水", Wish(until=(1, 18, 0)), " 停水"),
        ("电话费涨了", Wish(), "电话费涨了"),
    ],
)
def test_the_head_of_a_notice(words: str, wish: Wish, rest: str) -> None:
    assert read_wish(words, Wish()) == (wish, rest)


def test_a_bar_is_full_when_everybody_is_settled() -> None:
    assert bar(Progress(phones=3, reached=1, refused=1, unreachable=1)).endswith("100%")
    assert bar(Progress()).endswith("100%")
    assert bar(Progress(phones=3, waiting=3)).startswith("░")
