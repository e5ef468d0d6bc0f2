"""Counts what a door refused, in this process, until it is written down for /metrics.

A forger decides how often this happens, so a refusal costs no transaction of its own.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping

_waiting: Counter[tuple[str, str]] = Counter()
_lock = threading.Lock()
_MOST_KINDS = 200  # a reason is one of ours; this only bounds a mistake


def note_refusal(door: str, reason: str) -> None:
    """Count one refusal; ``door`` and ``reason`` are words of ours, never what somebody sent."""
    with _lock:
        if (door, reason) in _waiting or len(_waiting) < _MOST_KINDS:
            _waiting[door, reason] += 1


def take_refusals() -> Mapping[tuple[str, str], int]:
    """Return what was counted since the last time, and begin anew."""
    with _lock:
        taken = dict(_waiting)
        _waiting.clear()
    return taken


def give_back_refusals(taken: Mapping[tuple[str, str], int]) -> None:
    """Count again what could not be written down."""
    with _lock:
        _waiting.update(taken)
