"""What is wrong with a file, in words a clerk understands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where it is, and what was expected (Chinese, English)."""

    where: str  # key path: resident[3] 刘玉兰 phones
    expected: str
    line: int | None = None


class BadFile(Exception):
    """A file that cannot be loaded; nothing of it was. ``str()`` lists everything at once."""

    def __init__(self, name: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(name, problems)
        self.name = name
        self.problems = problems

    def lines(self) -> list[str]:
        """Return one printable line for each problem: file, line, key, what was expected."""
        return [
            f"{self.name}{f':{problem.line}' if problem.line else ''}: "
            f"{problem.where + ': ' if problem.where else ''}{problem.expected}"
            for problem in self.problems
        ]

    def __str__(self) -> str:
        return "\n".join(self.lines())
