"""Questions that a feature asks of the features above it, which it must not import."""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

Provider = TypeVar("Provider", bound=Callable[..., Any])


class Providers(Generic[Provider]):
    """The functions that answer one question, in the order in which `lms/core.py` registers them."""

    def __init__(self) -> None:
        self._providers: list[Provider] = []

    def register(self, provider: Provider) -> None:
        """Add a function; adding it again, as in a process with two apps, changes nothing."""
        if provider not in self._providers:
            self._providers.append(provider)

    def __iter__(self) -> Iterator[Provider]:
        return iter(self._providers)
