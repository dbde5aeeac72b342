"""What runs ask of the features above them: how many works of a run's people wait for an instructor."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from lms.providers import Providers

# each counts its own feature's works that wait in the run with this id
waiting_counters: Providers[Callable[[Session, int], int]] = Providers()
