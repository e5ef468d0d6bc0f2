"""Writes the figures of docs/voices.md; the rest of the page is written by people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from core.wording.catalogue import LANGUAGES
from telephony.recognition.figures import WORST_BAR, Measured, figures

_ENGINES = ("kokoro", "pyttsx3")
_MEASURES = {"zh_CN": "Mandarin, syllables without tones", "en": "English, words"}
_SHOWN_WORST = 12
_PLACE = re.compile(r"(<!-- figures[^\n]*-->\n).*?(<!-- end of figures -->)", re.DOTALL)


def with_figures(page: str, rows: Sequence[Measured]) -> str:
    """Return the page with its figures as they were measured.

    :raises ValueError: if the page has no place for them.
    """
    written = "\n".join([*_figure_lines(rows), "", *_worst_lines(rows), ""])
    page, found = _PLACE.subn(lambda place: f"{place[1]}{written}{place[2]}", page)
    if not found:
        raise ValueError("the page has no place for figures")
    return page


def _figure_lines(rows: Sequence[Measured]) -> Iterable[str]:
    yield f"| voice | measure | prompts | median | mean | worst | above {WORST_BAR:.2f} |"
    yield "|---|---|---|---|---|---|---|"
    for engine in _ENGINES:
        for language in LANGUAGES:
            some = [row for row in rows if (row.engine, row.language) == (engine, language)]
            if some:
                sums = figures(some)
                yield (
                    f"| {some[0].voice} | {_MEASURES[language]} | {sums.prompts} "
                    f"| {sums.median:.2f} | {sums.mean:.2f} | {sums.worst:.2f} "
                    f"| {sums.above_bar} |"
                )


def _worst_lines(rows: Iterable[Measured]) -> Iterable[str]:
    heard = [row for row in rows if row.engine == "kokoro" and row.error > 0]
    yield "The least understood in kokoro's voice:"
    yield ""
    yield "| error | said | understood |"
    yield "|---|---|---|"
    for row in sorted(heard, key=lambda row: (-row.error, row.words))[:_SHOWN_WORST]:
        yield f"| {row.error:.2f} | {row.words} | {row.understood} |"
