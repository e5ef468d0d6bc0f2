"""Carries webhooks to whichever web answers, again when it must, as the provider does."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from xml.etree import ElementTree

import requests

from telephony.signatures import TokenSignatures
from tests.chaos.provider import Double, Taken

PUBLIC_URL = "http://line.invalid"
_ROUNDS = 2  # the address itself, then its fallback
_TIMES = 4  # once, and three repeats after a 5xx or a broken connection
_MOST_STEPS = 8


@dataclass
class Carrier:
    """Posts for the provider; signed over the public address, sent to a port of this machine."""

    double: Double
    token: str
    ports: Sequence[int]
    seed: int
    doubled: float = 0.1  # how often a webhook is posted a second time at the same instant
    waits: list[float] = field(default_factory=list)  # seconds until a webhook was answered

    def __post_init__(self) -> None:
        self._signatures = TokenSignatures(self.token)
        self._dice = random.Random(self.seed)
        self._pool = ThreadPoolExecutor(12, thread_name_prefix="carrier")
        self._closing = threading.Event()
        self.double.on_taken = lambda taken: self._later(self._report, taken)

    def close(self) -> None:
        """Carry nothing any more."""
        self._closing.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def text(self, sender: str, to: str, words: str) -> tuple[str, str | None]:
        """Bring a text that somebody sent; return its id and the document of the answer."""
        fields = {"From": sender, "To": to, "Body": words}
        taken = self.double.take("text", "inbound", fields)
        fields |= {"MessageSid": taken.sid, "NumMedia": "0"}
        if self._chance(self.doubled):
            self._later(self.post, "/sms/inbound", fields)
        return taken.sid, self.post("/sms/inbound", fields)

    def call(self, sender: str, to: str, keys: Sequence[str], *, ended: bool = True) -> str:
        """Let somebody ring, press keys and hang up; return the id of the call."""
        taken = self.double.take("call", "inbound", {"From": sender, "To": to})
        fields = {"CallSid": taken.sid, "From": sender, "To": to, "CallStatus": "in-progress"}
        self._talk("/ivr/inbound", fields, keys)
        taken.status = "completed"
        if ended:
            self.post("/ivr/status", {**fields, "CallStatus": "completed"})
        return taken.sid

    def post(self, target: str, fields: Mapping[str, str]) -> str | None:
        """Post until somebody takes it; None if nobody did."""
        parts = urlsplit(target)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        signature = self._signatures.sign(PUBLIC_URL + path, dict(fields))
        for _ in range(_ROUNDS * _TIMES):
            if self._closing.is_set():
                return None
            began = time.monotonic()
            try:
                answer = requests.post(
                    f"http://127.0.0.1:{self._port()}{path}",
                    data=dict(fields),
                    headers={"X-Twilio-Signature": signature},
                    timeout=15,
                )
            except requests.RequestException:
                self._closing.wait(0.3)
                continue
            self.waits.append(time.monotonic() - began)
            if answer.status_code < 500:
                return answer.text
            self._closing.wait(0.3)
        return None

    def _port(self) -> int:
        return self.ports[int(self._random() * len(self.ports))]

    def _random(self) -> float:
        with self.double.lock:
            return self._dice.random()

    def _chance(self, share: float) -> bool:
        return self._random() < share

    def _later(self, work: object, *given: object) -> None:
        assert callable(work)
        if not self._closing.is_set():
            self._pool.submit(work, *given)

    def _report(self, taken: Taken) -> None:
        """Tell what became of a text or a call of ours: late, twice, and in disorder."""
        self._closing.wait(self._random())
        if taken.kind == "text":
            self._report_text(taken)
        else:
            self._ring(taken)

    def _report_text(self, taken: Taken) -> None:
        lost = self._chance(0.05)
        last = "undelivered" if lost else "delivered"
        steps = ["sent", last]
        if self._chance(0.3):
            steps.reverse()
        if self._chance(0.2):
            steps.append(steps[0])
        taken.status = last
        for status in steps:
            fields = {"MessageSid": taken.sid, "MessageStatus": status, "To": taken.to}
            if status == "undelivered":
                fields["ErrorCode"] = "30003"
            self.post(taken.addresses["StatusCallback"], fields)

    def _ring(self, taken: Taken) -> None:
        fields = {"CallSid": taken.sid, "From": taken.sender, "To": taken.to}
        end = "no-answer"
        self.post(taken.addresses["StatusCallback"], {**fields, "CallStatus": "ringing"})
        if self._chance(0.7):
            self._talk(taken.addresses["Url"], {**fields, "CallStatus": "in-progress"}, "1111")
            end = "completed"
        taken.status = end
        self.post(taken.addresses["StatusCallback"], {**fields, "CallStatus": end})
        if self._chance(0.2):
            self.post(taken.addresses["StatusCallback"], {**fields, "CallStatus": "ringing"})

    def _talk(self, target: str, fields: Mapping[str, str], keys: Sequence[str]) -> None:
        """Follow the documents: press the keys where one is asked for, speak at a recorder."""
        left = list(keys)
        for step in range(_MOST_STEPS):
            document = self.post(target, fields)
            if not document:
                return
            found = _next(ElementTree.fromstring(document), left, step, fields)
            if found is None:
                return
            target, fields = found


def _next(
    document: ElementTree.Element, keys: list[str], step: int, fields: Mapping[str, str]
) -> tuple[str, Mapping[str, str]] | None:
    """Say where the call goes next; None: its caller hangs up."""
    plain = {name: fields[name] for name in ("CallSid", "From", "To", "CallStatus")}
    gather, record = document.find(".//Gather"), document.find("Record")
    if gather is not None and keys:
        return gather.attrib["action"], {**plain, "Digits": keys.pop(0)}
    if record is not None:
        sid = "RE" + plain["CallSid"][2:30] + f"{step:04d}"
        said = {"RecordingSid": sid, "RecordingUrl": f"http://line.invalid/{sid}"}
        return record.attrib["action"], {**plain, **said, "RecordingDuration": "7"}
    return None
