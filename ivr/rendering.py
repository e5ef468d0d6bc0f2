"""From a step of a call to the document that the provider plays."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.staff.tables import StaffRow
from core.wording.catalogue import say, slots_of
from ivr.menus import MENUS, RECORDER, RING_SECONDS
from ivr.pieces import Clip, Line, Piece, Quiet, Words
from ivr.scene import Scene
from ivr.speakers import pieces_of
from ivr.steps import AskMenu, End, Record, Ring, Step
from telephony import twiml
from telephony.speech.store import Speaker
from telephony.twiml import Pause, Play, Spoken

# Slots that may name a person or a private matter: their clips expire.
_PERSONAL = frozenset(
    {"called", "code", "leader", "matter", "person_1", "person_2", "person_3", "who"}
)
_ELDER_WAIT_SECONDS = 10
_WHISPER_WAIT = 8
# 12 s at the normal pace; at the slow one words are split earlier, so that each clip stays short.
_LONGEST, _LONGEST_SLOW = 27, 20
_BREAK = re.compile(r"(?<=[。！？；!?;])\s*|(?<=\.)\s+")
_SMALL_BREAK = re.compile(r"(?<=[，、：,:])\s*")


class Renderer:
    """Writes documents; ``public_url`` is where the provider reaches us."""

    def __init__(self, speaker: Speaker, public_url: str) -> None:
        self._speaker = speaker
        self._base = public_url.rstrip("/")

    def document(self, scene: Scene, step: Step) -> str:
        """Return the document of ``step``; the call's turn stands in every address of it."""
        match step:
            case AskMenu():
                return self._ask(scene, step)
            case Record(before):
                return self._record(scene, before)
            case Ring():
                return self._ring(scene, step)
            case End(before):
                return twiml.speak_and_end(self._spoken(scene, before))

    def whisper(self, scene: Scene, *, staff: StaffRow, turn: int) -> str:
        """Ask the one whose telephone was rung, in their language, whether they take the caller."""
        here = f"{self._base}/ivr/duty?call={scene.call.id}&staff={staff.id}&n={turn + 1}"
        keys = ("voice.duty.opening", "voice.duty.take")
        pieces = tuple(Line(key, language=staff.language) for key in keys)
        return twiml.ask(
            self._spoken(scene, pieces), action=here, wait_seconds=_WHISPER_WAIT, then=here
        )

    def _ask(self, scene: Scene, step: AskMenu) -> str:
        here = self._address(scene, "turn")
        menu = MENUS[step.place.menu]
        wait = menu.wait_seconds
        if scene.call.held.get("elder") and wait > 1:
            wait = max(wait, _ELDER_WAIT_SECONDS)
        pieces = (*step.before, *pieces_of(scene, step.place, step.how))
        return twiml.ask(
            self._spoken(scene, pieces),
            action=here,
            wait_seconds=wait,
            then=here,
            digits=menu.digits,
        )

    def _record(self, scene: Scene, before: tuple[Piece, ...]) -> str:
        here = self._address(scene, "recorded")
        return twiml.record(
            self._spoken(scene, before),
            action=here,
            status_url=f"{self._base}/ivr/recording?call={scene.call.id}",
            silence_seconds=RECORDER.silence_seconds,
            longest_seconds=RECORDER.longest_seconds,
            then=here,
        )

    def _ring(self, scene: Scene, step: Ring) -> str:
        staff = step.staff_id or 0
        return twiml.dial(
            self._spoken(scene, step.before),
            number=step.number,
            caller_id=scene.caller_id(),
            action=self._address(scene, "dialled"),
            whisper_url=f"{self._base}/ivr/duty?call={scene.call.id}&staff={staff}&n=0",
            ring_seconds=RING_SECONDS,
        )

    def _address(self, scene: Scene, door: str) -> str:
        return f"{self._base}/ivr/{door}?n={scene.call.turn}"

    def _spoken(self, scene: Scene, pieces: tuple[Piece, ...]) -> list[Spoken]:
        return [sound for piece in pieces for sound in self._sounds(scene, piece)]

    def _sounds(self, scene: Scene, piece: Piece) -> Iterator[Spoken]:
        match piece:
            case Quiet(seconds):
                yield Pause(seconds)
            case Clip(hash_):
                yield Play(f"{self._base}/ivr/audio/{hash_}.wav")
            case Line(key, slots, language, slow):
                language = language or scene.language
                words = say(key, language, **{**scene.slots(), **slots})
                personal = not _PERSONAL.isdisjoint(slots_of(key, language))
                yield from self._said(scene, words, language, personal=personal, slow=slow)
            case Words(words):
                yield from self._said(scene, words, scene.language, personal=True)

    def _said(
        self, scene: Scene, words: str, language: str, *, personal: bool, slow: bool = False
    ) -> Iterator[Spoken]:
        slow = slow or scene.call.slow
        for clip in clips(words, _LONGEST_SLOW if slow else _LONGEST):
            yield self._speaker.spoken(scene.session, clip, language, slow=slow, personal=personal)


def clips(words: str, longest: int) -> list[str]:
    """Split words into clips of at most ``longest`` hanzi or words, at sentences, then clauses.

    >>> clips("水管修好了。明天上午王师傅再来看一看，不漏就结束。", 12)
    ['水管修好了。', '明天上午王师傅再来看一看，', '不漏就结束。']
    """
    parts = [part for part in _BREAK.split(words) if part.strip()]
    small = [
        piece
        for part in parts
        for piece in ([part] if spoken_length(part) <= longest else _SMALL_BREAK.split(part))
        if piece.strip()
    ]
    return _joined(small, longest)


def _joined(parts: list[str], longest: int) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and spoken_length(joined[-1]) + spoken_length(part) <= longest:
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def spoken_length(words: str) -> int:
    """Count what takes time to say: hanzi, single digits, and words of Latin letters.

    >>> spoken_length("报事，请按1。"), spoken_length("Repair, press 1.")
    (5, 3)
    """
    return len(re.findall(r"[\u4e00-\u9fff]|\d|[A-Za-z']+", words))
