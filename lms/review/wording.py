"""How long something has waited, in words."""

from datetime import datetime

from lms.clock import HELSINKI
from lms.i18n import _, ngettext


def waited(since: datetime, now: datetime) -> str:
    """Return "today", "yesterday" or the number of calendar days."""
    days = (now.astimezone(HELSINKI).date() - since.astimezone(HELSINKI).date()).days
    if days <= 0:
        return str(_("today"))
    if days == 1:
        return str(_("yesterday"))
    return str(ngettext("%(num)d day ago", "%(num)d days ago", days))
