"""The whole schema: core's tables and the desk provider's, for migrations and tests."""

from core.every_table import METADATA
from telephony.desk import tables as desk

PARTS = (desk,)  # importing it is what registers its tables

__all__ = ["METADATA", "PARTS"]
