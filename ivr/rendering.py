"""From a step of a call to the document that the provider plays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.sound.spoken import MOST_CLIPS, own_clips
from core.staff.tables import StaffRow
from core.wording.catalogue import say
from core.wording.ear import language_of
from core.wording.parts import Part, parts_of
from ivr.menus import MENUS, RECORDER, RING_SECONDS
from ivr.pieces import Clip, Line, Piece, Quiet, Words
from ivr.scene import Scene
from ivr.speakers import pieces_of
from ivr.steps import AskMenu, End, Record, Ring, Step
from telephony import twiml
from telephony.speech.store import Speaker
from telephony.twiml import Pause, Spoken

_ELDER_WAIT_SECONDS = 10
_WHISPER_WAIT = 8


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
                yield self._speaker.play(hash_, loud=scene.is_loud)
            case Line(key, slots, language, slow):
                language = language or scene.language
                given = {**scene.slots(), **slots}
                parts = parts_of(key, language, given)
                words = say(key, language, **given)
                yield self._said(scene, words, language, parts=parts, slow=slow)
            case Words(words):
                yield from self._written(scene, words)

    def _written(self, scene: Scene, words: str) -> Iterator[Spoken]:
        """Speak what somebody wrote, in the language in which they wrote it."""
        language = language_of(words)
        spoken = own_clips(words, slow=scene.call.slow)
        for clip in spoken[:MOST_CLIPS]:
            yield self._said(scene, clip, language, personal=True)
        if len(spoken) > MOST_CLIPS:
            yield from self._sounds(scene, Line("voice.common.and_so_on"))

    def _said(
        self,
        scene: Scene,
        words: str,
        language: str,
        *,
        parts: Sequence[Part] = (),
        personal: bool = False,
        slow: bool = False,
    ) -> Spoken:
        return self._speaker.spoken(
            scene.session,
            words,
            language,
            slow=slow or scene.call.slow,
            personal=personal or any(part.is_personal for part in parts),
            loud=scene.is_loud,
            parts=parts,
        )
