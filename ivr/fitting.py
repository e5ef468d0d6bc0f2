"""Saying less where the whole would last too long: the name first, then what may wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.wording.catalogue import say
from ivr.menus import Menu
from ivr.pieces import Line, Piece
from ivr.scene import Scene
from telephony.speech.composing import expected_seconds

_GREETINGS = ("voice.first.greeting_named", "voice.first.greeting", "voice.first.here")
_MARGIN = 1.02  # voices keep their tempo within a few hundredths
_HINTS = frozenset({"voice.first.english"})


def fitting(scene: Scene, menu: Menu, pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Return the fullest way to say ``pieces`` within the menu's longest time."""
    if menu.longest_seconds is None:
        return pieces
    shorter = pieces
    for shorter in _ever_shorter(menu, pieces):
        if expected(scene, shorter) * _MARGIN <= menu.longest_seconds:
            break
    return shorter


def expected(scene: Scene, pieces: tuple[Piece, ...]) -> float:
    """Return about how many seconds pieces last for this caller."""
    return sum(_seconds(scene, piece) for piece in pieces if isinstance(piece, Line))


def _ever_shorter(menu: Menu, pieces: tuple[Piece, ...]) -> Iterator[tuple[Piece, ...]]:
    yield pieces
    left = tuple(piece for piece in pieces if _key(piece) not in _HINTS)
    yield left
    later = {choice.clause for choice in menu.choices if choice.later}
    left = tuple(piece for piece in left if _key(piece) not in later)
    yield left
    for greeting in _GREETINGS[1:]:
        yield tuple(_greeted(piece, greeting) for piece in left)
    yield tuple(piece for piece in left if _key(piece) not in _GREETINGS)


def _greeted(piece: Piece, greeting: str) -> Piece:
    """Greet in fewer words; a shorter greeting is not made longer."""
    if not isinstance(piece, Line) or piece.key not in _GREETINGS:
        return piece
    shortest = max(piece.key, greeting, key=_GREETINGS.index)
    return replace(piece, key=shortest)


def _seconds(scene: Scene, line: Line) -> float:
    language = line.language or scene.language
    words = say(line.key, language, **{**scene.slots(), **line.slots})
    return expected_seconds(words, language, "slow" if scene.call.slow else "normal")


def _key(piece: Piece) -> str:
    return piece.key if isinstance(piece, Line) else ""
