from collections.abc import Mapping
from typing import Any

version: int
table: int
declarations: Mapping[str, str]
addresses: Mapping[str, int]
functions: Mapping[str, Any]  # ctypes function pointers
