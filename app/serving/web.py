"""The web under gunicorn: a few processes with a few threads each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

if TYPE_CHECKING:
    from flask import Flask

    from app.config import Settings

# A provider waits 15 seconds for an answer, and whoever is on the line hears nothing meanwhile.
# Twice this, and a fallback is spoken or a text asked for again in good time.
_PATIENCE_SECONDS = 4.0


class Web(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn, set by our settings alone: no config file, no environment of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn."""
        chosen: dict[str, Any] = {
            "bind": [f"{self._settings.host}:{self._settings.port}"],
            "worker_class": "gthread",
            "workers": self._settings.web_workers,
            "threads": self._settings.web_threads,
            "timeout": 60,
            "graceful_timeout": 15,
            "keepalive": 5,
            "max_requests": 50_000,  # a slow leak must not end an office's line
            "max_requests_jitter": 5_000,
            "proc_name": "linli web",
            "logger_class": "app.serving.web_log.WebLog",
            "control_socket_disable": True,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Compose the service, once in each web process."""
        from app.factory import make_app, make_services

        services = make_services(self._settings, patience_seconds=_PATIENCE_SECONDS)
        services.intake.watch()
        return make_app(services)


def run_web(settings: Settings) -> None:
    """Serve until a signal ends it; the fallback files are written while the database is there."""
    from app.factory import refresh_fallbacks
    from app.opening import open_database

    database = open_database(settings)
    refresh_fallbacks(database, settings)
    database.close()  # no connection may be carried into the web processes
    Web(settings).run()
