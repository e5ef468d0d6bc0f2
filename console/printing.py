"""Paper: pages as PDF and pictures, by WeasyPrint and PDFium, which come with ``[print]``."""

from __future__ import annotations

import io
from typing import Any

_DOTS_PER_POINT = 3  # 216 dpi


class NoPrinter(Exception):
    """What makes PDFs is not installed; the message says what is missing."""


def as_pdf(page: str) -> bytes:
    """Lay out a page of HTML; fonts are embedded, and nothing is fetched from anywhere.

    :raises NoPrinter: if WeasyPrint or the pango library it needs is not there.
    """
    weasyprint = _weasyprint()
    # what stands in the page itself, and nothing of this machine or of the network
    fetcher = weasyprint.URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    laid_out = weasyprint.HTML(string=page, url_fetcher=fetcher)
    content: bytes = laid_out.write_pdf()
    return content


def as_picture(pdf: bytes) -> bytes:
    """Draw the first page of a PDF as PNG.

    :raises NoPrinter: if PDFium is not there.
    """
    try:
        import pypdfium2
    except ImportError as error:
        raise NoPrinter(".venv/bin/pip install -e '.[print]'") from error
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
        raise NoPrinter(".venv/bin/pip install -e '.[print]'") from error
    except OSError as error:  # the shared libraries of pango
        raise NoPrinter(
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from error
    return weasyprint
