"""What every section of the community file has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A section of the file; a key that is not known is a slip of the pen, so it is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
