"""A call when nothing works: an apology, the duty phones, the recorder, out of a plain file.

One file a number lies in var/fallback, written while the database could be asked. The provider
asks for it when our first answer does not come; a web without its database still gives it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from core.communities.queries import communities, numbers_of, office_of
from core.communities.tables import CommunityRow
from core.staff.queries import night_list, phone_of, staff_by_key
from core.wording.catalogue import say
from telephony import twiml
from telephony.setup import RETRIES
from telephony.twiml import Say, SayVoice, Spoken

_RING_SECONDS = 20
_LONGEST_SECONDS = 180
_MOST_RUNG = 6  # two minutes of ringing; then the recorder is kinder
_NUMBER = re.compile(r"\+[0-9]{3,15}")


class Fallbacks:
    """The files, and the documents around them; nothing here asks a database."""

    def __init__(
        self, folder: Path, public_url: str, says: Mapping[str, SayVoice] | None = None
    ) -> None:
        self._folder = folder
        self._base = public_url.rstrip("/") + "/ivr/fallback"
        self._says = says or {}
        self._recording_url = f"{public_url.rstrip('/')}/ivr/recording{RETRIES}"

    def keep(self, number: str, phones: Sequence[str]) -> Path:
        """Write the document of an inbound number that rings ``phones``.

        :raises ValueError: if ``number`` is no E.164 number.
        """
        if not _NUMBER.fullmatch(number):
            raise ValueError("an inbound number is written +8699…")
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = self._folder / f"{number}.xml"
        part = target.with_suffix(".part")
        part.write_text(self._written(number, phones), encoding="utf-8")
        part.chmod(0o600)  # it holds the staff's numbers
        part.replace(target)
        return target

    def document(self, number: str) -> str:
        """Return what a caller of ``number`` hears; without a file the recorder only."""
        if _NUMBER.fullmatch(number):
            try:
                return (self._folder / f"{number}.xml").read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                pass  # the recorder is all that is left
        return self._written(number, ())

    def whisper(self) -> str:
        """Return what the rung person hears alone; key 1 takes the call."""
        return twiml.ask(
            [self._line("whisper")],
            action=f"{self._base}/taken",
            wait_seconds=8,
            then=f"{self._base}/taken",
        )

    def taken(self, digits: str) -> str:
        """Bridge on key 1; any other key or none lets the next phone ring."""
        return twiml.bridge() if digits == "1" else twiml.hang_up()

    def end(self) -> str:
        """Return the last words after the recorder."""
        return twiml.speak_and_end([self._line("goodbye")])

    def _written(self, number: str, phones: Sequence[str]) -> str:
        opening = ["apology", "emergency", *(["connecting"] if phones else [])]
        return twiml.fallback(
            [self._line(name) for name in opening],
            numbers=phones,
            caller_id=number,
            ring_seconds=_RING_SECONDS,
            whisper_url=f"{self._base}/whisper",
            leave_words=[self._line("leave_words"), self._line("leave_words", "en")],
            longest_seconds=_LONGEST_SECONDS,
            after_url=f"{self._base}/end",
            status_url=self._recording_url,
        )

    def _line(self, name: str, language: str = "zh_CN") -> Spoken:
        return Say(say(f"voice.fallback.{name}", language), language, by=self._says.get(language))


def write_fallbacks(session: Session, fallbacks: Fallbacks) -> list[Path]:
    """Write the file of every inbound number anew, as people and lists stand now."""
    written = []
    for community in communities(session):
        phones = _phones(session, community)
        written += [fallbacks.keep(number, phones) for number in numbers_of(session, community.id)]
    return written


def _phones(session: Session, community: CommunityRow) -> list[str]:
    """Return whom to ring at any hour: the night list, then everybody on the roster."""
    roster = office_of(community).roster
    keys = [key for weekday in sorted(roster) for key in roster[weekday]]
    rostered = [staff_by_key(session, community.id, key) for key in keys]
    people = [*night_list(session, community), *(row for row in rostered if row is not None)]
    phones = dict.fromkeys(phone_of(session, row.id) for row in people)
    return list(phones)[:_MOST_RUNG]
