"""A call as bare webhooks, in whatever order a provider may send them."""

from __future__ import annotations

import itertools
from urllib.parse import urlsplit
from xml.etree import ElementTree

from telephony.desk.posting import Answered
from tests.line import Line
from tests.world import LINE_NUMBER

_SIDS = itertools.count(1)


class RawCall:
    """One inbound call; ``document`` is the last one that was answered."""

    def __init__(self, line: Line, phone: str = "+8613900000104") -> None:
        self.line = line
        self.sid = f"CA{next(_SIDS):032d}"
        self.fields = {"CallSid": self.sid, "From": phone, "To": LINE_NUMBER}
        self.document = ElementTree.Element("Response")
        self.post("/ivr/inbound")

    def post(self, path: str, **fields: str) -> Answered:
        """Post to a door and keep the document that it answers."""
        answered = self.line.post(path, {**self.fields, **fields})
        assert answered.status == 200, answered
        self.document = ElementTree.fromstring(answered.body)
        return answered

    def press(self, key: str) -> Answered:
        """Press a key at the Gather."""
        return self.post(self.action("Gather"), Digits=key)

    def go_on(self) -> Answered:
        """Follow the Redirect, as silence does."""
        return self.post(target(self.document.findtext("Redirect", "")))

    def speak(
        self, sid: str = "RE1", *, seconds: int = 12, key: str = "", path: str = ""
    ) -> Answered:
        """Come to the Record's action."""
        recorded = {"RecordingSid": sid, "RecordingUrl": f"http://127.0.0.1:8000/desk/{sid}"}
        path = path or self.action("Record")
        return self.post(path, **recorded, RecordingDuration=str(seconds), Digits=key)

    def report(self, path: str, sid: str = "RE1", *, status: str = "completed") -> Answered:
        """Post the recording callback whose address a Record gave."""
        return self.line.post(
            path,
            {
                "CallSid": self.sid,
                "RecordingSid": sid,
                "RecordingUrl": f"http://127.0.0.1:8000/desk/{sid}",
                "RecordingStatus": status,
                "RecordingDuration": "12" if status == "completed" else "0",
            },
        )

    def end(self, status: str = "completed") -> Answered:
        """Post the call's status."""
        return self.line.post("/ivr/status", {**self.fields, "CallStatus": status})

    def action(self, verb: str, attribute: str = "action") -> str:
        """Return an address that a verb of the document gives."""
        found = self.document.find(verb)
        assert found is not None, f"no {verb} in {self.words}"
        return target(found.attrib[attribute])

    def has(self, verb: str) -> bool:
        """Tell whether the document has this verb."""
        return self.document.find(verb) is not None

    @property
    def words(self) -> str:
        """What the document says."""
        return "".join(say.text or "" for say in self.document.iter("Say"))


def target(url: str) -> str:
    """Return path and query of an address."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
