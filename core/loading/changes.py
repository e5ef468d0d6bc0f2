"""The difference that a load made, ready to print."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Changes:
    """What was added (+), changed (~), left (-), handed over (>), and kept because
    it was edited by hand (=)."""

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

    def __str__(self) -> str:
        nothing = [f"{self.community}: nothing changed 没有变化"] if self.is_empty else []
        return "\n".join(nothing + self.lines)


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value)) or "—"
    return "—" if value is None or value == "" else str(value)
