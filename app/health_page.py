"""The page of /health that a person sees in a browser; monitors get the same as JSON."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from core.wording.catalogue import templates

_LANGUAGES = {"zh": "zh_CN", "en": "en"}


def is_for_people() -> bool:
    """Tell whether whoever asks is a browser: it names text/html, a monitor does not."""
    asked = request.accept_mimetypes
    return "text/html" in asked.values() and asked["text/html"] >= asked["application/json"]


def health_page(found: dict[str, Any]) -> str:
    """Return what /health says as a page, in the first language of the browser that we have."""
    best = request.accept_languages.best_match(list(_LANGUAGES), default="zh")
    language = _LANGUAGES[best]
    words = templates(language)

    def said(kind: str, name: str) -> str:
        return words.get(f"console.{kind}.{name}", name)

    reasons = [
        said("reason", reason.partition(":")[0].replace(" ", "_"))
        for colour in ("red", "yellow")
        for reason in found["reasons"][colour]
    ]
    return render_template(
        "health.html", found=found, language=language, said=said, reasons=reasons
    )
