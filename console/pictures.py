"""Pictures of staff made fit for paper: square, small, and nothing else in the file."""

from __future__ import annotations

import base64
import io

_SIDE = 300  # dots; 25 mm at 300 dpi
_MOST_DOTS = 60_000_000  # of a telephone's camera; more would take the memory of the machine


def for_paper(content: bytes) -> str:
    """Return a picture as the address of a small square JPEG; nothing if it cannot be read.

    What a camera writes into its files (the place, the time) does not go with it.
    """
    try:
        from PIL import Image, ImageOps
    except ImportError:  # it comes with [print]
        return ""
    try:
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > _MOST_DOTS:
                return ""
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""
    small = ImageOps.fit(upright, (_SIDE, _SIDE), centering=(0.5, 0.35))  # heads are high up
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=82)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"
