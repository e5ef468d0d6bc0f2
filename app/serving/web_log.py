"""gunicorn's own lines, written with all others and masked like them."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger


class WebLog(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Hands gunicorn's lines to the root log instead of writing them itself."""

    def setup(self, cfg: Any) -> None:
        """Keep gunicorn's own handlers away."""
        self.cfg = cfg
        self._access_log_enabled = False  # a webhook's lines are written by its door
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True
