"""What publishing tells to the features above the catalogue, which it does not know."""

from blinker import Signal

# sent with session=, criteria= (the criteria files read beside the courses), now= before the courses are
# published; a receiver returns its changes as lines for the one who publishes
criteria_read = Signal("criteria read")
