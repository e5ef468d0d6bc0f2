"""The desk's page of prompts: hear each, and speak it into the microphone instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from core.db import Database
from core.wording.catalogue import LANGUAGES
from telephony.desk.asked import Asked, Unusable
from telephony.speech.prompt_book import PromptBook
from telephony.speech.recorded import UnusableRecording
from telephony.speech.voice import Pace

_ORIGIN = "desk"


@dataclass(frozen=True)
class PromptViews:
    """The views of the page."""

    database: Database
    book: PromptBook
    public_url: str

    def routes(self) -> list[tuple[str, str, Callable[..., ResponseReturnValue]]]:
        """List every route: method, rule, view."""
        return [
            ("GET", "/prompts", self.prompts),
            ("GET", "/api/prompts", self.every_prompt),
            ("POST", "/api/prompts/hear", self.hear_prompt),
            ("POST", "/api/prompts/keep", self.keep_prompt),
            ("POST", "/api/prompts/forget", self.forget_prompt),
        ]

    def prompts(self) -> ResponseReturnValue:
        """Show the page."""
        return render_template("prompts.html")

    def every_prompt(self) -> ResponseReturnValue:
        """List the prompts of one language at one pace, in the order of a call."""
        language, pace = _chosen(request.args.get("language", ""), request.args.get("pace", ""))
        with self.database.reading() as session:
            looks = self.book.look(session, [language], [pace])
        return jsonify([look.as_json() for look in looks])

    def hear_prompt(self) -> ResponseReturnValue:
        """Give the address of a prompt's sound."""
        asked = Asked.read()
        language, pace = _chosen(asked.word("language"), asked.word("pace"))
        try:
            with self.database.transaction() as session:
                url = self.book.address(
                    session, name=asked.word("name"), language=language, pace=pace
                )
        except UnusableRecording as error:
            return _refused(error)
        return jsonify({"url": (url or "").removeprefix(self.public_url)})

    def keep_prompt(self) -> ResponseReturnValue:
        """Take what was spoken into the microphone in the place of a prompt."""
        asked = Asked.read()
        language, pace = _chosen(asked.word("language"), asked.word("pace"))
        try:
            with self.database.transaction() as session:
                look = self.book.keep(
                    session,
                    name=asked.word("name"),
                    language=language,
                    pace=pace,
                    audio=asked.wav("wav"),
                    origin=_ORIGIN,
                )
        except UnusableRecording as error:
            return _refused(error)
        return jsonify(look.as_json())

    def forget_prompt(self) -> ResponseReturnValue:
        """Let the synthetic voice speak a prompt again."""
        asked = Asked.read()
        language, pace = _chosen(asked.word("language"), asked.word("pace"))
        try:
            with self.database.transaction() as session:
                self.book.forget(session, name=asked.word("name"), language=language, pace=pace)
        except UnusableRecording as error:
            return _refused(error)
        return jsonify({})


def _chosen(language: str, pace: str) -> tuple[str, Pace]:
    if language not in LANGUAGES or pace not in tuple(Pace):
        raise Unusable("language or pace")
    return language, Pace(pace)


def _refused(error: UnusableRecording) -> ResponseReturnValue:
    """Say why; 200, for the page shows it, and a browser would note anything else as its fault."""
    return jsonify({"refused": str(error)})
