"""The whole schema: core's tables and the desk provider's, for migrations and tests."""

import importlib.util

from core.every_table import METADATA

if importlib.util.find_spec("telephony.desk.tables"):
    importlib.import_module("telephony.desk.tables")

__all__ = ["METADATA"]
