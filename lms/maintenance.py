"""What has had its time is removed when the server starts, and at each sign-in."""

from blinker import Signal

# sent with session=, now=; whoever hears it removes what is over, in that transaction and in a moment
due = Signal("maintenance due")
