"""Signals of runs to the features above them, which they must not import."""

from blinker import Signal

# sent with session=, run= (a runs.models.Run), person_id=, now= when somebody has been enrolled
enrolled = Signal("enrolled")

# sent with session=, run=, now= when a run has switched to a newer version of its course
version_taken = Signal("version taken")
