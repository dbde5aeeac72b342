"""How long something has waited, in words."""

from datetime import datetime

from lms.clock import day_of
from lms.i18n import _, ngettext


def waited(since: datetime, now: datetime) -> str:
    """Return "today", "yesterday" or the number of calendar days."""
    days = (day_of(now) - day_of(since)).days
    if days <= 0:
        return str(_("today"))
    if days == 1:
        return str(_("yesterday"))
    return str(ngettext("%(num)d day ago", "%(num)d days ago", days))
