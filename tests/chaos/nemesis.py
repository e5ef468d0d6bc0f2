"""What goes wrong, every few seconds, out of a seed."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

from tests.chaos.provider import TROUBLES, Double
from tests.chaos.service import PostgresKeeper, Service, SqliteKeeper

_HOUR, _MONTH = 3600.0, 30 * 86400.0


class Nemesis:
    """Disturbs a service until it is stopped; ``said`` tells what it did."""

    def __init__(
        self,
        service: Service,
        keeper: SqliteKeeper | PostgresKeeper,
        double: Double,
        dice: random.Random,
        say: Callable[[str], None],
    ) -> None:
        self._service, self._keeper, self._double = service, keeper, double
        self._dice, self._say = dice, say
        self.counts: dict[str, int] = {}

    def rage(self, stop: threading.Event, *, pause: tuple[float, float] = (1.0, 4.0)) -> None:
        """Do one thing after the other until ``stop``."""
        acts = (self._kill, self._disturb_database, self._trouble, self._set_clock, self._part)
        while not stop.wait(self._dice.uniform(*pause)):
            act = self._dice.choices(acts, weights=(5, 2, 5, 2, 1))[0]
            name = act.__name__.strip("_")
            self.counts[name] = self.counts.get(name, 0) + 1
            self._say(f"{name}: {act()}")
            self._service.revive()

    def calm(self) -> None:
        """End every trouble: clock, provider, processes."""
        self._double.troubles, self._double.down, self._double.stalled = frozenset(), False, False
        self._service.set_clock(0)
        self._service.revive()

    def _kill(self) -> str:
        name = self._dice.choice(self._service.names())
        self._service.kill(name)
        return name

    def _disturb_database(self) -> str:
        return self._keeper.disturb(self._dice)

    def _trouble(self) -> str:
        self._double.troubles = frozenset(self._dice.sample(TROUBLES, self._dice.randint(0, 2)))
        return ", ".join(sorted(self._double.troubles)) or "none"

    def _part(self) -> str:
        self._double.down = not self._double.down
        return "the provider is down" if self._double.down else "the provider is back"

    def _set_clock(self) -> str:
        wrong_by = self._dice.choice((0.0, 0.0, _HOUR, -_HOUR, _MONTH))
        self._service.set_clock(wrong_by)
        return f"wrong by {wrong_by:.0f} s"
