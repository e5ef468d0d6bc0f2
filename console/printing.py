"""Paper: pages as PDF and pictures, by WeasyPrint and PDFium, which come with ``[print]``."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

_STATIC = Path(__file__).parent / "static"
_DOTS_PER_POINT = 3  # 216 dpi


class NoPrinter(Exception):
    """What makes PDFs is not installed; the message says what is missing."""


def as_pdf(page: str) -> bytes:
    """Lay out a page of HTML; fonts are embedded, and nothing is fetched from anywhere.

    :raises NoPrinter: if WeasyPrint or the pango library it needs is not there.
    """
    weasyprint = _weasyprint()
    laid_out = weasyprint.HTML(string=page, base_url=str(_STATIC), url_fetcher=_only_data)
    content: bytes = laid_out.write_pdf()
    return content


def as_picture(pdf: bytes) -> bytes:
    """Draw the first page of a PDF as PNG.

    :raises NoPrinter: if PDFium is not there.
    """
    try:
        import pypdfium2
    except ImportError as error:
        raise NoPrinter("pip install 'linli[print]'") from error
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[0].render(scale=_DOTS_PER_POINT).to_pil()
        buffer = io.BytesIO()
        picture.save(buffer, "PNG", optimize=True)
        return buffer.getvalue()
    finally:
        document.close()


def _weasyprint() -> Any:
    try:
        import weasyprint
    except ImportError as error:
        raise NoPrinter("pip install 'linli[print]'") from error
    except OSError as error:  # the shared libraries of pango
        raise NoPrinter("apt-get install libpango-1.0-0 libpangoft2-1.0-0") from error
    return weasyprint


def _only_data(address: str, *_: Any, **__: Any) -> Any:
    """Give what stands in the page itself; a page with residents' words may fetch nothing."""
    from weasyprint.urls import default_url_fetcher

    if not address.startswith("data:"):
        raise ValueError("nothing is fetched for a page on paper")
    return default_url_fetcher(address)
