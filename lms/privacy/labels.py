"""What is stored about a person, in the words of the features that store it."""

from collections.abc import Collection, Iterable

from lms.access import STAFF_ROLES, Role
from lms.personal_data import Holding


def labels_of_holdings(holdings: Iterable[Holding], roles: Collection[Role]) -> list[str]:
    """Return the names of what may be stored about a person with these roles."""
    is_staff = bool(STAFF_ROLES & set(roles))
    return [str(holding.label) for holding in holdings if is_staff or not holding.of_staff]


def erased_of(holdings: Iterable[Holding], roles: Collection[Role]) -> list[str]:
    """Return the names of what is deleted when a person with these roles erases their account."""
    return labels_of_holdings((holding for holding in holdings if not holding.only_unlinked), roles)
