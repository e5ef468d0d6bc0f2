"""Composes the service: settings in, everything that does something out."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from flask import Blueprint, Flask, Response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from app.carriers import make_exchange, make_provider, number_setter_of
from app.clock import OffsetClock
from app.config import ConfigurationError, Settings, is_loopback
from app.counting import RefusalBook
from app.intake import Intake, make_fallback_texts, make_intake
from app.learning import make_suggester
from app.lexicon import OfficeLexicon, lexicon_path
from app.opening import open_database
from app.wording import OwnWording
from core.clock import Clock, RealClock
from core.db import Database
from core.understanding.categories import Suggestion
from ivr.doors import Doors
from ivr.rendering import Renderer
from sms.taking import TextTaker
from telephony.fallback import Fallbacks, write_fallbacks
from telephony.fallback_texts import write_fallback_texts
from telephony.ports import Provider
from telephony.refusals import note_refusal
from telephony.setup import PointsNumbers
from telephony.speech.kokoro.styles import STYLES_FOLDER
from telephony.speech.kokoro.voice import Places
from telephony.speech.shipped import Shipped
from telephony.speech.store import Speaker
from telephony.speech.voices import Voices, choose_voices
from telephony.twiml import SayVoice

if TYPE_CHECKING:
    from app.health import Machine
    from scheduler.services import SchedulerServices
    from telephony.desk.exchange import Exchange
    from telephony.desk.posting import Post
    from telephony.recognition.hearing import Transcriber

_log = structlog.stdlib.get_logger(__name__)
_LARGEST_REQUEST = 8 * 1024 * 1024  # bytes: three minutes from a browser's microphone


@dataclass(frozen=True)
class Services:
    """What every process of the service stands on."""

    settings: Settings
    database: Database
    clock: Clock  # the community's
    real_clock: Clock  # the machine's
    provider: Provider
    voices: Voices
    speaker: Speaker
    fallbacks: Fallbacks  # what a caller hears while the database is away
    exchange: Exchange | None  # the desk's, where it is the provider
    number_setter: PointsNumbers | None  # a provider that can be told where we are
    suggest: Callable[[str], Suggestion]  # the lexicon, with what was learnt where there is a model
    lexicon: OfficeLexicon
    intake: Intake  # the doors' hands, and what takes in what came while they could not work
    wording: OwnWording


def make_services(
    settings: Settings,
    *,
    clock: Clock | None = None,
    real_clock: Clock | None = None,
    post: Post | None = None,
    patience_seconds: float | None = None,
    patient: bool = False,
) -> Services:
    """Make what the settings ask for.

    :param clock: the community's, for tests; else the machine's and a demo's offset.
    :param post: carries the desk's webhooks, for tests; else HTTP.
    :param patience_seconds: how long a lock in the database is waited for.
    :param patient: wait for the best voice, for a check in which nobody is on the line.
    """
    database = open_database(settings, patience_seconds=patience_seconds)
    real = real_clock or RealClock()
    now = clock or (real if settings.carries_for_real else OffsetClock(database, real))
    provider = make_provider(settings, database, now, real)
    voices = make_voices(settings)
    speaker = Speaker(
        ahead=voices.ahead,
        at_once=voices.at_once,
        shipped=None if voices.provider_alone else Shipped(),
        says=_says(settings),
        secret_key=settings.secret_key.get_secret_value(),
        public_url=settings.address,
        real_clock=real,
        cache_folder=settings.var / "sounds",
        patient=patient,
    )
    lexicon = OfficeLexicon(lexicon_path(settings.var))
    lexicon.look()
    exchange = None
    if settings.provider == "desk":
        exchange = make_exchange(settings, database, now, real, provider, voices.at_once, post)
    suggest = _suggest_by(lexicon, make_suggester(settings.var))
    fallbacks = make_fallbacks(settings)
    return Services(
        settings=settings,
        database=database,
        clock=now,
        real_clock=real,
        provider=provider,
        voices=voices,
        speaker=speaker,
        fallbacks=fallbacks,
        exchange=exchange,
        number_setter=number_setter_of(provider),
        suggest=suggest,
        lexicon=lexicon,
        intake=make_intake(
            settings,
            TextTaker(database, now, real, suggest),
            Doors(Renderer(speaker, settings.address), now),
            fallbacks.document,
        ),
        wording=OwnWording(database, real),
    )


def _suggest_by(
    lexicon: OfficeLexicon, suggest: Callable[[str], Suggestion]
) -> Callable[[str], Suggestion]:
    """Look at the office's lexicon first: the scheduler is asked by nobody else."""

    def look_and_suggest(text: str) -> Suggestion:
        lexicon.look()
        return suggest(text)

    return look_and_suggest


def make_fallbacks(settings: Settings) -> Fallbacks:
    """Make what reads and writes the fallback files under LINLI_VAR."""
    return Fallbacks(settings.var / "fallback", settings.address, _says(settings))


def refresh_fallbacks(database: Database, settings: Settings) -> None:
    """Write the fallback files anew; without a database the old ones stay."""
    try:
        with database.reading() as session:
            write_fallbacks(session, make_fallbacks(settings))
            write_fallback_texts(session, make_fallback_texts(settings))
    except (DBAPIError, OSError) as error:
        _log.warning("the fallback files stay as they are", reason=type(error).__name__)


def make_app(services: Services) -> Flask:
    """Make the web: the provider's doors, the pages on health, and the desk in a demo."""
    from app import health
    from ivr.web import make_blueprint as make_calls
    from sms.web import make_blueprint as make_texts
    from telephony.fallback_web import make_blueprint as make_fallback_doors

    settings = services.settings
    app = Flask("linli", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_REQUEST
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies)  # type: ignore[method-assign]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.register_blueprint(
        health.make_blueprint(
            services.database,
            services.clock,
            services.real_clock,
            _machine(services),
            metrics_token=settings.metrics_token.get_secret_value(),
        )
    )
    app.register_blueprint(
        make_fallback_doors(services.fallbacks, services.provider, settings.address)
    )
    app.register_blueprint(
        make_texts(
            taker=services.intake.texts,
            kept=services.intake.kept,
            webhooks=services.provider,
            public_url=settings.address,
        )
    )
    app.register_blueprint(
        make_calls(
            entrance=services.intake.calls,
            database=services.database,
            webhooks=services.provider,
            speaker=services.speaker,
            public_url=settings.address,
        )
    )
    has_desk = services.exchange is not None and is_loopback(f"http://{settings.host}")
    if has_desk:
        app.register_blueprint(_make_desk(services))
    app.before_request(services.lexicon.look)
    _count_refusals(app, services)
    app.before_request(services.wording.look)
    for pages in _make_console(services):
        app.register_blueprint(pages)
    app.add_url_rule("/", "home", lambda: redirect("/desk" if has_desk else "/health"))
    app.register_error_handler(Exception, _failed)
    return app


def _count_refusals(app: Flask, services: Services) -> None:
    """Count what is refused, and say on every answer that it is what it says it is."""
    book = RefusalBook(services.database, services.real_clock)

    def count(answer: Response) -> Response:
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        if answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            note_refusal("web", "too large")
        if request.path == "/metrics":
            book.write()
        else:
            book.write_now_and_then()
        return answer

    app.after_request(count)


def make_scheduler_services(services: Services) -> SchedulerServices:
    """Make what the scheduler is handed."""
    from core.notices.operations import Rates
    from core.points.links import seal_key
    from scheduler.services import SchedulerServices
    from telephony.desk.phonebook import resident_phone_rings

    return SchedulerServices(
        database=services.database,
        clock=services.clock,
        real_clock=services.real_clock,
        provider=services.provider,
        public_url=services.settings.address,
        speaker=services.speaker,
        seal_key=seal_key(services.settings.secret_key.get_secret_value()),
        exchange=services.exchange,
        transcriber=make_transcriber(services.settings),
        suggest=services.suggest,
        look_at_wording=services.wording.look,
        demo=not services.settings.carries_for_real,
        stop_walking=None if services.exchange is None else resident_phone_rings,
        countries=services.settings.country_list,
        rates=Rates(
            texts=services.settings.texts_per_second, calls=services.settings.calls_per_second
        ),
        record_of_inbound=getattr(services.provider, "record", None),
        taker=services.intake,
        process_name=f"scheduler:{socket.gethostname()}:{os.getpid()}",
    )


def make_transcriber(settings: Settings) -> Transcriber | None:
    """Make what hears recordings; None where that is off or the extra is not installed.

    :raises ConfigurationError: if a folder was named that holds no model.
    """
    from telephony.recognition.whisper import Whisper
    from telephony.recognition.whisper_model import WhisperMissing, is_installed

    wanted = settings.transcribe
    if wanted == "off" or (wanted == "auto" and not is_installed()):
        return None
    try:
        return Whisper(None if wanted == "auto" else Path(wanted))
    except WhisperMissing as error:
        raise ConfigurationError(f"LINLI_TRANSCRIBE: {error}") from error


def make_voices(settings: Settings) -> Voices:
    """Find out which voices work here; nothing heavy is loaded."""
    return choose_voices(
        settings.voice_order, voice_places(settings), insisted=settings.voice_insisted
    )


def voice_places(settings: Settings) -> Places:
    """Return where kokoro finds what it needs."""
    own = settings.voice_model
    brings_styles = own is not None and any(own.glob("*.bin"))
    return Places(
        styles=own if own is not None and brings_styles else STYLES_FOLDER,
        dictionary=settings.var / "voice",
        model=own,
    )


def _says(settings: Settings) -> dict[str, SayVoice]:
    return {
        language: SayVoice(*said.split(" ", 1))
        for language, said in (("zh_CN", settings.say_zh), ("en", settings.say_en))
    }


def _make_desk(services: Services) -> Blueprint:
    from app.demo import desk_office
    from telephony.desk.web import make_blueprint
    from telephony.speech.prompt_book import PromptBook

    assert services.exchange is not None
    return make_blueprint(
        services.database,
        services.clock,
        services.exchange,
        desk_office(services.database),
        PromptBook(services.speaker, services.real_clock),
        services.settings.address,
    )


def _machine(services: Services) -> Machine:
    """Say what only this machine knows of its health."""
    from app.health import Machine

    return Machine(services.voices, services.settings.var)


def _make_console(services: Services) -> tuple[Blueprint, Blueprint]:
    """Make the pages for staff, and the form for residents."""
    from app.health import report
    from console.form_pages import make_form_blueprint
    from console.services import Console
    from console.web import make_blueprint
    from telephony.speech.prompt_book import PromptBook

    console = Console(
        database=services.database,
        clock=services.clock,
        real_clock=services.real_clock,
        secret_key=services.settings.secret_key.get_secret_value(),
        earlier_keys=services.settings.secret_keys[1:],
        public_url=services.settings.address,
        health=lambda: report(
            services.database, services.clock, services.real_clock, _machine(services)
        ),
        prompts=PromptBook(services.speaker, services.real_clock),
        lexicon=services.lexicon,
        reworded=lambda: services.wording.look(at_once=True),
    )
    return make_blueprint(console), make_form_blueprint(console)


def _failed(error: Exception) -> ResponseReturnValue:
    """Answer what nobody expected: a bug is logged, and never shown."""
    if isinstance(error, HTTPException):
        return error
    _log.error("a request failed", door=request.path, error=type(error).__name__, exc_info=error)
    return Response("failed\n", status=500, mimetype="text/plain")
