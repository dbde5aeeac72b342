"""Signals when expired data should be removed: when the server starts, and at each sign-in."""

from blinker import Signal

# sent with session=, now=; listeners quickly remove what has expired, in that transaction
due = Signal("maintenance due")
