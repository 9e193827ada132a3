"""What a module has to say of how it stands, in one sentence; it knows nobody who reads it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Note:
    """How something stands. `address` leads on, below the admin's own address; `is_concern`: somebody should look."""

    label: str
    sentence: str
    address: str = ""
    is_concern: bool = False
