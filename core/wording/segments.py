"""How many segments a text takes, and how words are cut so that it fits."""

from __future__ import annotations

from collections.abc import Callable

from smpplib import gsm

_MARK = "…"
_LONGEST = 5_000  # characters; far more than a text may have, and far less than 255 segments


def segments_of(text: str) -> int:
    """Count the SMS segments of a text: 70 UTF-16 units in one, 67 in each of several.

    >>> segments_of("你" * 70), segments_of("你" * 71)
    (1, 2)
    """
    sendable = text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate cannot be sent
    return len(gsm.make_parts(sendable)[0])


def fit(make: Callable[[str], str], words: str, *, segments: int) -> str:
    """Return ``make(words)``, with the words cut by … until the whole fits.

    If the rest of the text is too long by itself, it is returned without words: an address
    must not be lost because the template is long. Of very long words only the beginning is
    measured, since more than 255 segments cannot be counted.

    >>> len(fit(lambda words: f"0158: {words}", "堵" * 500, segments=1))
    70
    """
    if len(words) > _LONGEST:
        words = words[:_LONGEST] + _MARK
    whole = make(words)
    if segments_of(whole) <= segments:
        return whole
    shortest, longest = 0, len(words)
    while shortest < longest:
        middle = (shortest + longest + 1) // 2
        fits = segments_of(make(words[:middle] + _MARK)) <= segments
        shortest, longest = (middle, longest) if fits else (shortest, middle - 1)
    return make(words[:shortest] + _MARK)
