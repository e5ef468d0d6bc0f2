"""Asking for what fills a slot before anybody waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from core.sound.operations import Asked, want_prompts
from core.wording.clips import clips_of
from core.wording.ear import language_of
from core.wording.parts import PERSONAL
from core.wording.readings import without_readings

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


def want_own_words(session: Session, words: str, *, pace: str, now: datetime) -> None:
    """Ask for what somebody wrote, in the clips and the language in which it is spoken."""
    language = language_of(words)
    clips = own_clips(words, slow=pace == "slow")[:MOST_CLIPS]
    asked = [Asked(clip, language, pace, personal=True) for clip in clips]
    want_prompts(session, asked, now=now)


def own_clips(words: str, *, slow: bool) -> list[str]:
    """Split what somebody wrote into the clips in which it is spoken, their own marks left out."""
    return clips_of(without_readings(words), slow=slow)
