"""Sound as a telephone carries it: the band, the loudness, the ends of a piece."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from telephony.speech.telephone_audio import (
    LOUDEST_DBFS,
    SPEECH_DBFS,
    NoSound,
    Samples,
    heard_from,
    joined_wavs,
    louder,
    loudness,
    peak_dbfs,
    silence,
    telephone_wav,
    trimmed,
)

RATE = 24_000
_A_STEP = 0.3  # dB, of mu-law near its top


def tone(hertz: float, seconds: float = 1.0, level: float = 0.1) -> Samples:
    moments = np.arange(int(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * hertz * moments)).astype(np.float32)


def syllables(level: float) -> Samples:
    """Bursts of speech-like noise, with a loud consonant in each."""
    noise = np.random.default_rng(7).standard_normal(RATE * 2).astype(np.float32) * level
    noise[:: RATE // 4] *= 5
    bursts = (np.arange(RATE * 2) // (RATE // 5)) % 2
    return (noise * bursts).astype(np.float32)


def spectrum(audio: bytes, hertz: float) -> float:
    samples, rate = heard_from(audio)
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    place = int(hertz * len(samples) / rate)
    return float(10 * np.log10(power[place - 3 : place + 4].max() + 1e-12))


def test_what_a_line_does_not_carry_is_cut_and_the_rest_is_kept() -> None:
    low, middle, high = 120.0, 1000.0, 3800.0
    audio = telephone_wav(tone(low) + tone(middle) + tone(high), RATE)

    assert spectrum(audio, middle) - spectrum(audio, low) > 30
    assert spectrum(audio, middle) - spectrum(audio, high) > 30


@pytest.mark.parametrize("level", [0.002, 0.02, 0.2, 0.9])
def test_every_piece_is_as_loud_as_the_others(level: float) -> None:
    samples, rate = heard_from(telephone_wav(syllables(level), RATE))

    assert loudness(samples, rate) == pytest.approx(SPEECH_DBFS, abs=1.5)
    assert peak_dbfs(samples) <= LOUDEST_DBFS + _A_STEP


def test_for_the_hard_of_hearing_it_is_louder_but_never_above_the_peak() -> None:
    audio = telephone_wav(syllables(0.05), RATE)

    raised, rate = heard_from(louder(audio, 6.0))

    assert 4 < loudness(raised, rate) - loudness(*heard_from(audio)) <= 6.2
    assert peak_dbfs(raised) <= LOUDEST_DBFS + _A_STEP


def test_the_quiet_around_is_cut_and_no_end_clicks() -> None:
    padded = np.concatenate([silence(0.4, RATE), tone(500.0, 0.5), silence(1.3, RATE)])

    piece = trimmed(padded, RATE)

    assert 0.5 <= len(piece) / RATE <= 0.6
    assert abs(piece[0]) < 1e-4
    assert abs(piece[-1]) < 1e-4


def test_silence_stays_silence() -> None:
    assert trimmed(silence(1.0, RATE), RATE).size == 0
    samples, _ = heard_from(telephone_wav(silence(1.0, RATE), RATE))
    assert not samples.any()
    assert telephone_wav(silence(0.0, RATE), RATE)[:4] == b"RIFF"


def test_joined_pieces_have_their_pauses_and_no_step() -> None:
    pieces = [telephone_wav(trimmed(syllables(level), RATE), RATE) for level in (0.01, 0.3)]

    samples, rate = heard_from(joined_wavs(pieces, [0.5, 0.0]))

    first = len(heard_from(pieces[0])[0])
    assert not samples[first : first + int(0.5 * rate)].any()
    halves = samples[:first], samples[first + int(0.5 * rate) :]
    assert loudness(halves[0], rate) == pytest.approx(loudness(halves[1], rate), abs=1.0)
    assert max(abs(samples[first - 1]), abs(samples[first + int(0.5 * rate)])) < 0.01


@pytest.mark.parametrize("form", ["WAV", "FLAC", "OGG", "MP3"])
def test_what_people_record_is_read(form: str) -> None:
    target = io.BytesIO()
    soundfile.write(target, np.stack([tone(440.0)] * 2, axis=1), RATE, format=form)

    samples, rate = heard_from(target.getvalue())

    assert rate == RATE
    assert len(samples) / rate == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("content", [b"", b"no sound", b"RIFF\x00\x00\x00\x00WAVE"])
def test_what_is_no_sound_is_refused(content: bytes) -> None:
    with pytest.raises(NoSound):
        heard_from(content)
