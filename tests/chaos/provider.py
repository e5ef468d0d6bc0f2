"""The provider's double on loopback: takes, holds, stalls, breaks off, refuses, and remembers."""

from __future__ import annotations

import itertools
import json
import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from core.clock import RealClock

ACCOUNT = "AC" + "0" * 32
STALL_SECONDS = 20.0  # longer than anybody waits for it
_NO_MOBILE = 21211

# What may be wrong, and how often each request meets it while it is. Two are chosen at a time.
TROUBLES = (
    "hold",  # takes it, and answers three seconds later
    "stall",  # neither takes nor answers
    "reset",  # breaks the connection off
    "reset_after",  # takes it, and breaks the connection off
    "too_many",  # 429
    "away",  # 503
    "reject",  # 400 with a code that is for good
    "fault_after",  # takes it, and answers 500
)


@dataclass
class Taken:
    """A text or a call as the provider took it."""

    sid: str
    kind: str  # text, call
    direction: str  # inbound, outbound-api
    sender: str
    to: str
    body: str
    status: str
    at: Any
    row: int = 0
    attempt: int = 0
    addresses: dict[str, str] = field(default_factory=dict)
    taken_at: float = field(default_factory=time.monotonic)

    def shown(self) -> dict[str, Any]:
        """Return it as the lists of the API show it."""
        at = format_datetime(self.at)
        return {
            "sid": self.sid, "status": self.status, "direction": self.direction,
            "from": self.sender, "to": self.to, "body": self.body, "error_code": None,
            "date_created": at, "date_sent": at, "start_time": at,
        }  # fmt: skip


@dataclass
class Double:
    """What it took, and what is wrong with it now."""

    seed: int
    on_taken: Callable[[Taken], None] = lambda _taken: None
    troubles: frozenset[str] = frozenset()
    down: bool = False  # every request is answered with 503
    stalled: bool = False  # no request is answered at all
    taken: list[Taken] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    tried: list[tuple[float, str, str]] = field(default_factory=list)  # when, to, body

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._dice = random.Random(self.seed)
        self._clock = RealClock()

    def take(self, kind: str, direction: str, fields: dict[str, str]) -> Taken:
        """Take a text or a call, and keep it in the record."""
        with self.lock:
            number = next(self._numbers)
        sid = f"{'SM' if kind == 'text' else 'CA'}{number:032x}"
        told = parse_qs(urlsplit(fields.get("StatusCallback", "")).query)
        taken = Taken(
            sid=sid, kind=kind, direction=direction, sender=fields["From"], to=fields["To"],
            body=fields.get("Body", ""), status="queued", at=self._clock.now(),
            row=int(told.get("row", ["0"])[0]), attempt=int(told.get("attempt", ["0"])[0]),
            addresses={name: value for name, value in fields.items() if name.endswith(
                ("StatusCallback", "Url"))},
        )  # fmt: skip
        with self.lock:
            self.taken.append(taken)
        if direction == "outbound-api":
            self.on_taken(taken)
        return taken

    def trouble(self) -> str:
        """Say what happens to this request."""
        if self.stalled:
            return "stall"
        if self.down:
            return "away"
        with self.lock:
            found = [name for name in sorted(self.troubles) if self._dice.random() < 0.5]
        return found[0] if found else ""

    def listed(self, kind: str, query: dict[str, str]) -> list[dict[str, Any]]:
        """Return the record, newest first, of one receiver."""
        with self.lock:
            found = [
                one
                for one in self.taken
                if one.kind == kind
                and query.get("To", one.to) == one.to
                and query.get("From", one.sender) == one.sender
            ]
        return [one.shown() for one in reversed(found)]


class Server(ThreadingHTTPServer):
    """The double behind a port."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, double: Double) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.double = double
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    @property
    def base(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, _request: Any, _address: Any) -> None:
        """Write nothing: that somebody was killed while asking is what this is for."""


class _Door(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Write nothing: the run's own lines are enough."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if self._meets(self.server.double.trouble(), asks_only=True):
            return
        if parts.path.endswith("/Recordings.json"):
            self._answer(200, {"recordings": [], "next_page_uri": None, "page": 0})
            return
        kind = "text" if "Messages" in parts.path else "call"
        name = "messages" if kind == "text" else "calls"
        listed = self.server.double.listed(kind, dict(parse_qsl(parts.query)))
        self._answer(200, {name: listed, "next_page_uri": None, "page": 0})

    def do_POST(self) -> None:
        double = self.server.double
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        fields = dict(parse_qsl(form))
        if re.search(r"/Calls/CA\w+\.json$", self.path):
            self._answer(200, {"sid": "CA" + "0" * 32, "status": "completed"})
            return
        double.tried.append((time.monotonic(), fields.get("To", ""), fields.get("Body", "")))
        trouble = double.trouble()
        if self._meets(trouble, asks_only=False):
            return
        kind = "text" if "Messages" in self.path else "call"
        taken = double.take(kind, "outbound-api", fields)
        if trouble == "hold":
            time.sleep(3)
        if trouble == "reset_after":
            self.close_connection = True
        elif trouble == "fault_after":
            self._answer(500, {"code": 20500, "message": "fault"})
        else:
            self._answer(201, taken.shown())

    def _meets(self, trouble: str, *, asks_only: bool) -> bool:
        """Let the request meet what is wrong before it is taken; True if that was its end."""
        if trouble == "stall":
            time.sleep(STALL_SECONDS)
            self.close_connection = True
        elif trouble == "reset":
            self.close_connection = True
        elif trouble == "too_many":
            self._answer(429, {"code": 20429, "message": "too many requests"})
        elif trouble == "away":
            self._answer(503, {"code": 20503, "message": "away"})
        elif trouble == "reject" and not asks_only:
            self._answer(400, {"code": _NO_MOBILE, "message": "refused"})
        else:
            return False
        return True

    def _answer(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:
            self.close_connection = True  # who asked had enough
