"""The answer to a text while the database is away: signed, out of a plain file for each number."""

from __future__ import annotations

import json
import re
from pathlib import Path

from sqlalchemy.orm import Session

from core.communities.queries import communities, display_name, numbers_of, office_of
from core.wording.catalogue import text

_NUMBER = re.compile(r"\+[0-9]{3,15}")
_LANGUAGES = ("zh_CN", "en")


class FallbackTexts:
    """The files under LINLI_VAR/fallback that hold how a community signs its texts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, number: str, *, names: dict[str, str], phone: str) -> None:
        """Write down how texts from ``number`` are signed, and which phone a person answers.

        :raises ValueError: if ``number`` is no E.164 number.
        """
        if not _NUMBER.fullmatch(number):
            raise ValueError("an inbound number is written +8699…")
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = self._folder / f"{number}.json"
        part = target.with_suffix(".json-part")
        part.write_text(json.dumps({"names": names, "phone": phone}), encoding="utf-8")
        part.replace(target)

    def words(self, number: str, *, cry: bool, language: str = "zh_CN") -> str | None:
        """Return the answer to a text that was kept aside; None where nobody ever wrote the file.

        ``cry``: it speaks of danger, so it is told whom to ring by itself, for nobody is alarmed
        before the database is back.
        """
        if not _NUMBER.fullmatch(number):
            return None
        try:
            signed = json.loads((self._folder / f"{number}.json").read_text(encoding="utf-8"))
            name, phone = signed["names"][language], signed["phone"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        key = "sms.away.emergency" if cry else "sms.away.kept"
        return text(key, language, community=name, phone=phone)


def write_fallback_texts(session: Session, texts: FallbackTexts) -> None:
    """Write the file of every inbound number anew."""
    for community in communities(session):
        names = {language: display_name(community, language) for language in _LANGUAGES}
        for number in numbers_of(session, community.id):
            texts.keep(number, names=names, phone=office_of(community).staffed_number)
