"""The difference that a load made, ready to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Changes:
    """What was added (+), changed (~), left (-), handed over (>), kept because it was
    edited by hand (=), and what the clerk had better look at (!)."""

    community: str
    lines: list[str] = field(default_factory=list)
    left_with_open_cases: list[str] = field(default_factory=list)  # staff keys
    handed_over: list[str] = field(default_factory=list)  # case and task numbers as shown

    @property
    def is_empty(self) -> bool:
        """Tell whether the file brought nothing new."""
        return not any(line[0] in "+~->" for line in self.lines)

    def added(self, kind: str, key: str, name: str = "") -> None:
        """Note something new."""
        self.lines.append(f"+ {kind} {key} {name}".rstrip())

    def changed(self, kind: str, key: str, what: str, old: object, new: object) -> None:
        """Note a field that has another value now."""
        self.lines.append(f"~ {kind} {key} {what}: {_shown(old)} → {_shown(new)}")

    def changed_inside(
        self, kind: str, key: str, what: str, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> None:
        """Note only those entries of a table that have another value now."""
        for entry in sorted({*old, *new}):
            if old.get(entry) != new.get(entry):
                self.changed(kind, key, f"{what} {entry}", old.get(entry), new.get(entry))

    def left(self, kind: str, key: str, name: str = "") -> None:
        """Note what the file no longer names."""
        self.lines.append(f"- {kind} {key} {name}".rstrip())

    def kept(self, kind: str, key: str, what: str, value: object) -> None:
        """Note a field that was edited by hand and therefore left as it is."""
        self.lines.append(
            f"= {kind} {key} {what}: {_shown(value)} (edited by hand, kept 手改过,保留)"
        )

    def hands_over(self, number: str, old: str, new: str) -> None:
        """Note that a case or a task has another person responsible."""
        self.handed_over.append(number)
        self.lines.append(f"> {number} {old} → {new} (handed over 已转交)")

    def warned(self, words: str) -> None:
        """Note what is allowed and yet hardly meant."""
        self.lines.append(f"! {words}")

    def __str__(self) -> str:
        nothing = [f"{self.community}: nothing changed 没有变化"] if self.is_empty else []
        return "\n".join(nothing + self.lines)


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return _table_shown(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value)) or "—"
    return "—" if value is None or value == "" else str(value)


def _table_shown(table: Mapping[str, Any]) -> str:
    """Write a span as 10:00-14:00, a local day as its day and name."""
    if set(table) == {"start", "end"}:
        return f"{table['start'][:5]}-{table['end'][:5]}"
    if "day" in table:
        work = " (上班 a working day)" if table.get("is_workday") else ""
        return f"{table['day']} {table.get('name', '')}{work}"
    return " ".join(f"{name} {_shown(value)}" for name, value in table.items())
