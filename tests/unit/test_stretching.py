"""Speech made slower: as long as was asked for, at the same pitch, without a click."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.speech.stretching import stretched
from telephony.speech.telephone_audio import Samples

RATE = 24_000


def _vowel(seconds: float, pitch: float = 200.0) -> Samples:
    moments = np.arange(int(seconds * RATE)) / RATE
    tones = sum(np.sin(2 * np.pi * pitch * count * moments) / count for count in (1, 2, 3))
    return (0.2 * tones).astype(np.float32)


def _pitch(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * RATE / len(samples)


@pytest.mark.parametrize("times", [1.1, 1.2, 1.45])
def test_it_lasts_as_long_as_asked_at_the_same_pitch(times: float) -> None:
    slower = stretched(_vowel(1.0), RATE, times)

    assert len(slower) / RATE == pytest.approx(times, abs=0.05)
    assert _pitch(slower) == pytest.approx(200.0, abs=2.0)


def test_it_is_as_loud_and_has_no_click() -> None:
    plain = _vowel(1.0)
    slower = stretched(plain, RATE, 1.3)

    inside = slower[RATE // 10 : -RATE // 10]
    assert np.std(inside) == pytest.approx(np.std(plain), rel=0.05)
    assert np.abs(np.diff(inside)).max() < 1.2 * np.abs(np.diff(plain)).max()


@pytest.mark.parametrize("samples", [np.zeros(0, np.float32), np.ones(50, np.float32)])
def test_what_is_too_short_stays_as_it_is(samples: Samples) -> None:
    assert stretched(samples, RATE, 1.3) is samples
    assert stretched(_vowel(0.5), RATE, 1.0).size == RATE // 2
