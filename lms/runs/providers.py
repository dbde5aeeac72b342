"""What a run asks of the features above it: how many works of its people wait for an instructor."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from lms.providers import Providers

# each counts the works of its own feature that wait in the run with this id
waiting_counters: Providers[Callable[[Session, int], int]] = Providers()
