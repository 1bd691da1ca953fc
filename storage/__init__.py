"""What is kept: tables, the unit of work, and all SQL by noun. README.md lists the calls."""

from storage.errors import Collided, Full, Locked, StorageError, WrongProgramme
from storage.schema import migrate
from storage.store import Storage, Store

__all__ = ["Collided", "Full", "Locked", "Storage", "StorageError", "Store", "WrongProgramme", "migrate"]
