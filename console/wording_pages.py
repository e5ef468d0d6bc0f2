"""What the line says and understands in the office's own words: wording and lexicon."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from console.asked import tidy, words
from console.routes import Route
from console.services import Visit
from core.access.rules import Right
from core.audit.rules import Deed
from core.communities.queries import communities
from core.errors import Refusal
from core.rewording.operations import reword
from core.rewording.queries import own_words
from core.understanding.additions import LexiconMistake
from core.wording.catalogue import LANGUAGES, shipped
from core.wording.checks import may_be_reworded, problems_of

_KEY = "<key>"
_LARGEST_LEXICON = 200_000  # characters
_LONGEST_CHANGE = 4_000  # characters of a lexicon's difference in the log


class WordingPages:
    """Pages about words."""

    def routes(self) -> list[Route]:
        """List them."""
        return [
            Route("GET", "/wording", self.wording, Right.WORDING),
            Route("GET", f"/wording/{_KEY}", self.sentence, Right.WORDING),
            Route("POST", f"/wording/{_KEY}", self.save_sentence, Right.WORDING),
            Route("GET", "/lexicon", self.lexicon, Right.WORDING),
            Route("POST", "/lexicon", self.save_lexicon, Right.WORDING),
        ]

    def wording(self, visit: Visit) -> ResponseReturnValue:
        """List the sentences of a section, or those that hold some words."""
        language, asked, section = asked_language(), words("q", 60), words("section", 60)
        ours = {key: said for key, said in shipped(language).items() if may_be_reworded(key)}
        sections = sorted({key.rpartition(".")[0] for key in ours})
        with visit.reading() as session:
            own = own_words(session).get(language, {})
            shared = is_shared(session)
        if asked:
            keys = [key for key in ours if asked in ours[key] or asked in own.get(key, "")]
        elif section == "own":
            keys = sorted(own)
        else:
            section = section if section in sections else sections[0]
            keys = [key for key in ours if key.rpartition(".")[0] == section]
        return visit.page(
            "wording.html",
            lines=[(key, ours.get(key, ""), own.get(key, "")) for key in keys],
            sections=sections,
            section=section,
            asked=asked,
            spoken=language,
            languages=LANGUAGES,
            shared=shared,
        )

    def sentence(
        self, visit: Visit, key: str, problem: str = "", status: int = 200
    ) -> ResponseReturnValue:
        """Show one sentence, to be said in other words."""
        language = asked_language()
        old = _shipped(key, language)
        with visit.reading() as session:
            own = own_words(session).get(language, {}).get(key, "")
            shared = is_shared(session)
        given = tidy(request.form.get("words", ""), 1_000) if problem else own or old
        return visit.page(
            "sentence.html",
            status,
            problem=problem,
            key=key,
            spoken=language,
            old=old,
            own=own,
            given=given,
            shared=shared,
        )

    def save_sentence(self, visit: Visit, key: str) -> ResponseReturnValue:
        """Take other words for a sentence, or the shipped ones again."""
        language = asked_language()
        old = _shipped(key, language)
        new = "" if request.form.get("restore") == "1" else tidy(request.form.get("words", ""))
        if request.form.get("restore") != "1":
            wrong = list(problems_of(key, language, new))
            if wrong:
                said = "\n".join(visit.explain(one) for one in wrong)
                return self.sentence(visit, key, said, 422)
        new = "" if new == old else new
        try:
            with visit.writing() as session:
                refuse_shared(session)
                before = reword(session, key=key, language=language, words=new, now=visit.now)
                visit.note(
                    session,
                    Deed.CHANGED,
                    "wording",
                    f"{key} {language}",
                    before={"words": before or old},
                    after={"words": new or old},
                )
        except Refusal as refusal:
            return self.sentence(visit, key, visit.explain(refusal), 409)
        visit.console.reworded()
        section = key.rpartition(".")[0]
        return visit.go("wording", said="saved", section=section, language=language)

    def lexicon(self, visit: Visit, problem: str = "", status: int = 200) -> ResponseReturnValue:
        """Show the office's lexicon, to be changed."""
        written = request.form.get("lexicon", "") if problem else visit.console.lexicon.read()
        with visit.reading() as session:
            shared = is_shared(session)
        return visit.page("lexicon.html", status, problem=problem, written=written, shared=shared)

    def save_lexicon(self, visit: Visit) -> ResponseReturnValue:
        """Put it in force, if every line of it can be used."""
        written = request.form.get("lexicon", "").replace("\r\n", "\n").replace("\x00", "")
        if len(written) > _LARGEST_LEXICON:
            return self.lexicon(visit, visit.words.t("lexicon.too_long"), 422)
        before = visit.console.lexicon.read()
        try:
            with visit.writing() as session:
                refuse_shared(session)
                visit.console.lexicon.write(written)
                removed, added = _difference(before, written)
                visit.note(
                    session,
                    Deed.CHANGED,
                    "lexicon",
                    "",
                    before={"lines": removed},
                    after={"lines": added},
                )
        except Refusal as refusal:
            return self.lexicon(visit, visit.explain(refusal), 409)
        except LexiconMistake as mistake:
            said = [
                visit.words.t("lexicon.line", line=line, what=what)
                for line, what in mistake.problems
            ]
            return self.lexicon(visit, "\n".join(said), 422)
        return visit.go("lexicon", said="saved")


def asked_language() -> str:
    """Return the language whose sentences are looked at: never that of the page itself."""
    chosen = request.values.get("language", "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def is_shared(session: Session) -> bool:
    """Tell whether several communities say these words: none may change the others'."""
    return len(communities(session)) > 1


def refuse_shared(session: Session) -> None:
    """Let the only community of an installation pass.

    :raises Refusal: ``console.wording.shared``.
    """
    if is_shared(session):
        raise Refusal("console.wording.shared")


def _shipped(key: str, language: str) -> str:
    known = shipped(language)
    if key not in known or not may_be_reworded(key):
        abort(404)
    return known[key]


def _difference(before: str, after: str) -> tuple[str, str]:
    """Return the lines that went and those that came."""
    changed: Sequence[str] = list(
        difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    )[2:]
    went = "\n".join(line[1:] for line in changed if line.startswith("-"))
    came = "\n".join(line[1:] for line in changed if line.startswith("+"))
    return went[:_LONGEST_CHANGE], came[:_LONGEST_CHANGE]
