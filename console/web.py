"""The console as a blueprint: pages for staff under /staff."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request, send_file, send_from_directory
from flask.typing import ResponseReturnValue

import telephony.desk
from console.card_pages import CardPages
from console.case_pages import CasePages
from console.consultation_pages import ConsultationPages
from console.doors import Doors, with_headers
from console.import_pages import ImportPages
from console.notice_pages import NoticePages
from console.office_pages import OfficePages
from console.picture_pages import PicturePages
from console.prompt_pages import PromptPages
from console.report_pages import ReportPages
from console.resident_pages import ResidentPages
from console.routes import Route, guarded
from console.services import Console
from console.sign_in_pages import SignInPages
from console.standing_pages import StandingPages
from console.task_pages import TaskPages
from console.watch_pages import WatchPages
from console.welfare_pages import WelfarePages
from console.wording_pages import WordingPages
from core.consultations.rules import yuan

_HERE = Path(__file__).parent
# Installed at set-up by npm; a page without them works, but does not renew itself.
_INSTALLED = {
    "htmx.js": _HERE / "assets/node_modules/htmx.org/dist/htmx.min.js",
    "chart.js": _HERE / "assets/node_modules/chart.js/dist/chart.umd.min.js",
}
# The same microphone as the desk's telephones use.
_SHARED = {"microphone.js": Path(telephony.desk.__file__).parent / "static/microphone.js"}
_DAY_SECONDS = 86_400


def make_blueprint(console: Console) -> Blueprint:
    """Make /staff; each of its pages is behind the door, but for the door itself."""
    blueprint = Blueprint("console", __name__, url_prefix="/staff", template_folder="templates")
    doors = Doors(console)
    for route in routes_of(doors):
        blueprint.add_url_rule(
            route.rule, route.endpoint, guarded(doors, route), methods=[route.method]
        )
    door = SignInPages(doors)
    blueprint.add_url_rule("/sign-in", "sign_in", door.sign_in, methods=["GET"])
    blueprint.add_url_rule("/sign-in", "knock", door.knock, methods=["POST"])
    blueprint.add_url_rule("/language", "choose_language", door.choose_language, methods=["POST"])
    blueprint.add_url_rule("/static/<path:name>", "static", _static)
    blueprint.after_request(with_headers)
    blueprint.context_processor(_assets)
    return blueprint


def routes_of(doors: Doors) -> list[Route]:
    """List every page behind the door."""
    pages = (
        SignInPages(doors),
        CasePages(),
        TaskPages(),
        ResidentPages(),
        ImportPages(),
        ConsultationPages(),
        NoticePages(),
        StandingPages(),
        WelfarePages(),
        WordingPages(),
        PromptPages(),
        PicturePages(),
        OfficePages(),
        ReportPages(),
        CardPages(),
        WatchPages(),
    )
    return [route for page in pages for route in page.routes()]


def _static(name: str) -> ResponseReturnValue:
    """Give styles, scripts and pictures."""
    scripts = {**_INSTALLED, **_SHARED}
    if name in scripts:
        if not scripts[name].is_file():
            abort(404)
        answer = send_file(scripts[name], mimetype="text/javascript")
    else:
        answer = send_from_directory(_HERE / "static", name)
    return _keep(answer)


def _keep(answer: Response) -> Response:
    lasts = _DAY_SECONDS if "v" in request.args else 0
    answer.headers["Cache-Control"] = f"private, max-age={lasts}"
    return answer


def _assets() -> dict[str, object]:
    """Tell the templates which scripts are installed, and which pages there are."""
    there = {name for name, path in _INSTALLED.items() if path.is_file()}
    return {"installed": there, "known_pages": set(current_app.view_functions), "yuan": yuan}
