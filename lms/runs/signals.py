"""What a run tells to the features above it, which it does not know."""

from blinker import Signal

# sent with session=, run=(runs.models.Run), person_id=, now= when somebody has been enrolled
enrolled = Signal("enrolled")

# sent with session=, run=, now= when a run has taken a newer version of its course
version_taken = Signal("version taken")
