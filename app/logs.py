"""Log lines: one event each, with no whole telephone number and none of a message's words."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from core.phones import masked

# A number in E.164 or as dialled, alone or inside an address; ids of ours are shorter.
_NUMBER = re.compile(r"(?<![\w.:-])(?:\+|%2B)?\d[\d -]{5,16}\d(?![\w:.-])")
# Whatever holds what somebody said; it belongs to the case, not to a log.
_SAID = frozenset({"words", "body", "text", "message_body", "typed_words", "transcript"})
_SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
)


def without_numbers(line: str) -> str:
    """Mask every telephone number in a line.

    >>> without_numbers("call to +8613900000101 failed")
    'call to ***01 failed'
    """
    return _NUMBER.sub(lambda found: masked(found.group()), line)


def mask(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Mask numbers and leave out words; the last step before a line is written."""
    return {
        name: "(left out)" if name in _SAID else _masked_value(value)
        for name, value in event.items()
    }


def configure_logs(*, as_json: bool) -> None:
    """Write every log line of this process to standard error, masked."""
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    shape: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_SHARED, stamp],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask,
                shape,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # APScheduler warns each second in which a tick, such as the rendering of names, still works.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    for noisy in ("apscheduler", "alembic", "urllib3", "twilio.http_client", "pyttsx3"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*_SHARED, stamp, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _masked_value(value: Any) -> Any:
    if isinstance(value, str):
        return without_numbers(value)
    if isinstance(value, list | tuple):
        return [_masked_value(item) for item in value]
    if isinstance(value, dict):
        return {name: _masked_value(item) for name, item in value.items()}
    return value
