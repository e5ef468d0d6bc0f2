"""What is fixed about residents: no I/O."""

from __future__ import annotations

PIN_LENGTH = 4  # digits with which they may hear their points
