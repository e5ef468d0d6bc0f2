"""What callers hear: each prompt to be played, and given a person's voice."""

from __future__ import annotations

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from console.routes import Route
from console.services import Visit
from console.wording_pages import asked_language, is_shared, refuse_shared
from core.access.rules import Right
from core.audit.rules import Deed
from core.errors import Refusal
from telephony.speech.prompt_book import PromptLook
from telephony.speech.recorded import UnusableRecording
from telephony.speech.voice import Pace

_NAME = "<name>"
_LARGEST = 8 * 1024 * 1024  # bytes; a minute of WAV from a studio


class PromptPages:
    """Pages about prompts."""

    def routes(self) -> list[Route]:
        """List them."""
        return [
            Route("GET", "/prompts", self.prompts, Right.WORDING),
            Route("GET", f"/prompts/{_NAME}", self.prompt, Right.WORDING),
            Route("GET", f"/prompts/{_NAME}/sound", self.hear_prompt, Right.WORDING),
            Route("POST", f"/prompts/{_NAME}", self.keep_prompt, Right.WORDING),
            Route("POST", f"/prompts/{_NAME}/forget", self.forget_prompt, Right.WORDING),
        ]

    def prompts(self, visit: Visit) -> ResponseReturnValue:
        """List the prompts of a language at a pace, in the order of a call."""
        language, pace = asked_language(), _pace()
        with visit.reading() as session:
            looks = visit.console.prompts.look(session, [language], [pace])
        human = sum(look.source == "human" for look in looks)
        return visit.page(
            "prompts.html", looks=looks, human=human, spoken=language, pace=pace.value
        )

    def prompt(
        self, visit: Visit, name: str, problem: str = "", status: int = 200
    ) -> ResponseReturnValue:
        """Show one: its words, its sound, and how to speak it oneself."""
        with visit.reading() as session:
            looks = visit.console.prompts.look(session, [asked_language()], [_pace()])
            shared = is_shared(session)
        look = _named(looks, name)
        return visit.page("prompt.html", status, problem=problem, look=look, shared=shared)

    def hear_prompt(self, visit: Visit, name: str) -> ResponseReturnValue:
        """Lead to the sound of a prompt."""
        book = visit.console.prompts
        try:
            with visit.writing() as session:
                url = book.address(session, name=name, language=asked_language(), pace=_pace())
        except UnusableRecording:
            abort(404)
        if url is None:
            abort(404)
        return redirect(url.removeprefix(visit.console.public_url.rstrip("/")), code=303)

    def keep_prompt(self, visit: Visit, name: str) -> ResponseReturnValue:
        """Take a recording, from a file or the microphone, in the place of a prompt."""
        upload = request.files.get("sound")
        audio = b""
        if upload is not None:
            audio = upload.read(_LARGEST + 1)
            upload.close()
        if upload is None or not audio or len(audio) > _LARGEST:
            return self.prompt(visit, name, visit.words.t("prompts.no_file"), 422)
        origin = f"console:{visit.access.staff_key}"
        language, pace = asked_language(), _pace()
        try:
            with visit.writing() as session:
                refuse_shared(session)
                look = visit.console.prompts.keep(
                    session, name=name, language=language, pace=pace, audio=audio, origin=origin
                )
                after = {"words": look.words, "seconds": round(look.seconds or 0, 1)}
                key = f"{name} {language} {pace.value}"
                visit.note(session, Deed.CHANGED, "prompt", key, after=after)
        except UnusableRecording as error:
            return self.prompt(visit, name, str(error), 422)
        except Refusal as refusal:
            return self.prompt(visit, name, visit.explain(refusal), 409)
        return visit.go("prompt", said="saved", name=name, language=language, pace=pace.value)

    def forget_prompt(self, visit: Visit, name: str) -> ResponseReturnValue:
        """Let the shipped voice speak a prompt again."""
        language, pace = asked_language(), _pace()
        try:
            with visit.writing() as session:
                refuse_shared(session)
                visit.console.prompts.forget(session, name=name, language=language, pace=pace)
                key = f"{name} {language} {pace.value}"
                visit.note(session, Deed.ENDED, "prompt", key)
        except UnusableRecording:
            abort(404)
        except Refusal as refusal:
            return self.prompt(visit, name, visit.explain(refusal), 409)
        return visit.go("prompt", said="saved", name=name, language=language, pace=pace.value)


def _pace() -> Pace:
    written = request.values.get("pace", "")
    return Pace(written) if written in tuple(Pace) else Pace.NORMAL


def _named(looks: list[PromptLook], name: str) -> PromptLook:
    found = next((look for look in looks if look.name == name), None)
    if found is None:
        abort(404)
    return found
