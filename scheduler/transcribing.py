"""Recordings are heard in the background, never in a web process; else people hear them."""

from __future__ import annotations

import structlog

from core.calls.heard import act_on_words
from core.calls.hearing import (
    MOST_ATTEMPTS,
    Waiting,
    claim_unheard,
    settle_heard,
    settle_unheard,
)
from core.calls.rules import TYPED, Unheard
from core.sound.queries import sound_by_hash
from scheduler.services import SchedulerServices
from telephony.recognition.hearing import CannotHear, Heard, Transcriber

_AT_ONCE = 2  # a pass stays short, so that a demo's clock does not wait for a backlog
_LEASE_SECONDS = 900  # hearing takes about as long as speaking; the longest is ten minutes
_log = structlog.get_logger(__name__)


def run(services: SchedulerServices) -> int:
    """Hear what waits; return how many recordings were settled."""
    if services.transcriber is None:
        return 0
    heard = 0
    while heard < _AT_ONCE and hear_next(services, services.transcriber):
        heard += 1
    return heard


def hear_next(services: SchedulerServices, transcriber: Transcriber) -> bool:
    """Hear one recording, with no transaction open meanwhile; False if none waits."""
    with services.database.transaction() as session:
        waiting = claim_unheard(
            session, real_now=services.real_clock.now(), lease_seconds=_LEASE_SECONDS
        )
    if waiting is None:
        return False
    try:
        heard = _hear(services, transcriber, waiting)
    except CannotHear as failure:
        _give_to_person(services, waiting, failure.reason)
    except Exception as error:  # the recording is a person's then, whatever is wrong with us
        _log.error("not_transcribed", recording=waiting.recording_id, error=type(error).__name__)
        _give_to_person(services, waiting, Unheard.FAILED)
    else:
        _keep(services, waiting, heard, TYPED if waiting.typed_words else transcriber.name)
    return True


def _hear(services: SchedulerServices, transcriber: Transcriber, waiting: Waiting) -> Heard:
    if waiting.typed_words:
        return Heard(words=waiting.typed_words, confidence=1.0)
    if waiting.attempts > MOST_ATTEMPTS:
        raise CannotHear(Unheard.FAILED)
    with services.database.reading() as session:
        sound = sound_by_hash(session, waiting.sound_hash, now=services.real_clock.now())
        audio = sound.audio if sound is not None else b""
    return transcriber.hear(audio, language=waiting.language)


def _keep(services: SchedulerServices, waiting: Waiting, heard: Heard, model: str) -> None:
    now = services.clock.now()
    with services.database.transaction() as session:
        settle_heard(
            session,
            waiting.recording_id,
            words=heard.words,
            confidence=heard.confidence,
            model=model,
            now=now,
        )
        act_on_words(session, waiting.recording_id, suggest=services.suggest, now=now)


def _give_to_person(services: SchedulerServices, waiting: Waiting, reason: Unheard) -> None:
    with services.database.transaction() as session:
        settle_unheard(session, waiting.recording_id, reason=reason, now=services.clock.now())
