"""Asking for what is not always the same before anybody waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from core.sound.operations import Asked, want_prompts
from core.wording.catalogue import say
from core.wording.clips import clips_of
from core.wording.ear import language_of
from core.wording.parts import PERSONAL, slots_in
from core.wording.readings import without_readings

# In English the parts are understood as well as the whole: docs/voices.md.
SPOKEN_AS_A_WHOLE = frozenset({"zh_CN"})
MOST_CLIPS = 8  # of somebody's own words on a call: about a minute and a half


def want_slots(
    session: Session, slots: Mapping[str, str], *, language: str, pace: str, now: datetime
) -> None:
    """Ask for the words that fill slots; empty ones are left out."""
    asked = [
        Asked(words, language_of(words, language), pace, slot in PERSONAL)
        for slot, words in slots.items()
        if words.strip()
    ]
    want_prompts(session, asked, now=now)


def want_sentences(
    session: Session,
    keys: Iterable[str],
    slots: Mapping[str, str],
    *,
    language: str,
    pace: str,
    now: datetime,
) -> None:
    """Ask for filled-in templates as whole sentences, which an ear takes in far better than parts.

    ``slots`` may hold more than a template needs.
    """
    asked = (whole_sentence(key, slots, language=language, pace=pace) for key in keys)
    want_prompts(session, [one for one in asked if one is not None], now=now)


def whole_sentence(key: str, slots: Mapping[str, str], *, language: str, pace: str) -> Asked | None:
    """Return a filled-in template as one piece of sound.

    None where a slot is not known, or filled in another language: one voice cannot say both.
    None too where the parts are understood as well.
    """
    if language not in SPOKEN_AS_A_WHOLE:
        return None
    names = slots_in(key, language)
    filled = [slots.get(name, "") for name in names]
    if not all(words.strip() and language_of(words, language) == language for words in filled):
        return None
    is_personal = any(name in PERSONAL for name in names)
    return Asked(say(key, language, **slots), language, pace, is_personal)


def want_own_words(session: Session, words: str, *, pace: str, now: datetime) -> None:
    """Ask for what somebody wrote, in the clips and the language in which it is spoken."""
    language = language_of(words)
    clips = own_clips(words, slow=pace == "slow")[:MOST_CLIPS]
    asked = [Asked(clip, language, pace, personal=True) for clip in clips]
    want_prompts(session, asked, now=now)


def own_clips(words: str, *, slow: bool) -> list[str]:
    """Split what somebody wrote into the clips in which it is spoken, their own marks left out."""
    return clips_of(without_readings(words), slow=slow)
