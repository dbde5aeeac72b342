"""What has had its time is removed when the server starts, at each sign-in, and by features as they write."""

from blinker import Signal

# sent with session=, now=; whoever hears it removes what is over, in that transaction and in a moment
due = Signal("upkeep due")
