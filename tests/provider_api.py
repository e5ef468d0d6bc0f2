"""The provider's API on this machine: a real HTTP server that takes what is described only.

Requests are checked against fixtures/twilio_api_v2010.json; a request that the real service
would not understand is answered with 400 and kept in ``mistakes``.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

_FILE = Path(__file__).parents[1] / "fixtures" / "twilio_api_v2010.json"
ACCOUNT = "AC" + "0" * 32
TOKEN = "a-token-of-the-tests"
_FORMATS = {
    "phone-number": re.compile(r"\+\d{6,15}"),
    "uri": re.compile(r"https?://\S+"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
}


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, list[str]]
    form: dict[str, list[str]]
    authorization: str | None

    def one(self, name: str) -> str:
        """Return the only value of a form field."""
        (value,) = self.form[name]
        return value


@dataclass
class Answer:
    """What the double answers."""

    status: int = 201
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    wait_seconds: float = 0.0
    breaks: bool = False  # takes the request and closes the connection
    trickles: bool = False  # sends a byte now and then, for ever


Answering = Callable[[Asked], Answer]


@dataclass
class ProviderApi:
    """The running double."""

    base: str
    answering: Answering
    asked: list[Asked] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)


@contextmanager
def provider_api(answering: Answering) -> Iterator[ProviderApi]:
    """Run the double on a free port of this machine."""
    server = _Server(("127.0.0.1", 0), _Door)
    api = ProviderApi(f"http://127.0.0.1:{server.server_address[1]}", answering)
    server.api = api
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield api
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def resource(sid: str, **fields: Any) -> dict[str, Any]:
    """Return a message or call as the API lists it."""
    created = fields.pop("created", None)
    shown = {"sid": sid, "status": "queued", "error_code": None, **fields}
    if created is not None:
        shown["date_created"] = format_datetime(created)
    return shown


def mistakes_in(asked: Asked) -> list[str]:
    """Compare a request with the API's description; returns what does not fit."""
    for path, operations in _description()["paths"].items():
        pattern = re.escape(path).replace(r"\{AccountSid\}", ACCOUNT)
        pattern = re.sub(r"\\\{\w*Sid\\\}", r"\\w{34}", pattern)
        if re.fullmatch(pattern, asked.path):
            operation = operations.get(asked.method.lower())
            if operation is None:
                return [f"{asked.method} is not allowed on {path}"]
            return _query_mistakes(operation, asked) + _form_mistakes(operation, asked)
    return [f"no such path: {asked.path}"]


def _query_mistakes(operation: dict[str, Any], asked: Asked) -> list[str]:
    known = {
        parameter["name"]: parameter["schema"]
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    }
    return _values_mistakes(known, asked.query)


def _form_mistakes(operation: dict[str, Any], asked: Asked) -> list[str]:
    body = operation.get("requestBody", {}).get("content", {})
    schema = body.get("application/x-www-form-urlencoded", {}).get("schema", {})
    missing = [
        f"{name} is missing" for name in schema.get("required", ()) if name not in asked.form
    ]
    return missing + _values_mistakes(schema.get("properties", {}), asked.form)


def _values_mistakes(known: dict[str, Any], given: dict[str, list[str]]) -> list[str]:
    found = [f"{name} is unknown" for name in given if name not in known]
    for name, values in given.items():
        if name not in known:
            continue
        schema = _resolved(known[name])
        if schema.get("type") == "array":
            schema = _resolved(schema["items"])
        elif len(values) > 1:
            found.append(f"{name} is given twice")
        found += [f"{name}={value!r} does not fit" for value in values if not _fits(schema, value)]
    return found


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    name = schema["$ref"].rpartition("/")[2]
    resolved: dict[str, Any] = _description()["components"]["schemas"][name]
    return resolved


def _fits(schema: dict[str, Any], value: str) -> bool:
    kind = schema.get("type")
    if kind == "integer" and not re.fullmatch(r"-?\d+", value):
        return False
    if kind == "boolean" and value.lower() not in ("true", "false"):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        return False
    shape = _FORMATS.get(schema.get("format", ""))
    return shape is None or shape.fullmatch(value) is not None


_read: list[dict[str, Any]] = []


def _description() -> dict[str, Any]:
    if not _read:
        _read.append(json.loads(_FILE.read_text(encoding="utf-8")))
    return _read[0]


class _Server(ThreadingHTTPServer):
    api: ProviderApi
    daemon_threads = True

    def __init__(self, *how: Any) -> None:
        super().__init__(*how)
        self.closing = threading.Event()


class _Door(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output clean."""

    def _answer(self) -> None:
        asked = self._read_request()
        api = self.server.api
        api.asked.append(asked)
        answer = api.answering(asked)
        if asked.path.endswith(".json"):
            mistakes = mistakes_in(asked)
            api.mistakes += mistakes
            if mistakes:
                answer = Answer(400, {"code": 20001, "message": "; ".join(mistakes)})
        self.server.closing.wait(answer.wait_seconds)
        if answer.breaks:
            self.close_connection = True
            return
        if answer.trickles:
            self._trickle()
            return
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        content = (
            answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        )
        self.send_response(answer.status)
        for name, value in ({"Content-Type": "application/json"} | answer.headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            self.wfile.write(content)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the one who asked had enough

    def _trickle(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.close_connection = True
        try:
            while not self.server.closing.wait(0.1):
                self.wfile.write(b"a")
                self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            return

    def _read_request(self) -> Asked:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        form = self.rfile.read(length).decode()
        return Asked(
            method=self.command,
            path=parts.path,
            query=_gathered(parts.query),
            form=_gathered(form),
            authorization=self.headers.get("Authorization"),
        )


def _gathered(encoded: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return found


def credentials() -> str:
    """Return the header by which we name ourselves to the provider."""
    return "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
