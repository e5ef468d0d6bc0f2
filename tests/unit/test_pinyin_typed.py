"""Letters that old phones type instead of characters."""

from __future__ import annotations

import tracemalloc

from core.understanding.sounds import syllables_typed


def test_a_run_of_letters_is_cut_into_the_fewest_syllables() -> None:
    assert syllables_typed("xianzai") == ("xian", "zai")
    assert syllables_typed("help") == ()
    assert syllables_typed("") == ()


def test_a_very_long_run_is_no_pinyin_and_takes_no_memory() -> None:
    tracemalloc.start()
    try:
        assert syllables_typed("a" * 20_000) == ()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 1_000_000  # bytes; what is cut so far, kept for each letter, took 1.6 GB
