"""Checks a TwiML document against the elements and attributes that the provider knows."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

_FILE = Path(__file__).parents[1] / "fixtures" / "twiml_schema.json"


def unknown_parts(document: str) -> list[str]:
    """Name every element and attribute that is not TwiML; an empty list is a good document."""
    root = ElementTree.fromstring(document)
    if root.tag != "Response":
        return [root.tag]
    kind = "VoiceResponse" if root.find("Message") is None else "MessagingResponse"
    return _unknown(root, _schema()[kind])


def _unknown(element: ElementTree.Element, known: dict[str, Any]) -> list[str]:
    rules = known[element.tag]
    found = [f"{element.tag}@{name}" for name in element.attrib if name not in rules["attrs"]]
    for child in element:
        if child.tag in rules["children"]:
            found += _unknown(child, known)
        else:
            found.append(f"{element.tag}/{child.tag}")
    return found


@functools.cache
def _schema() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return loaded
