"""Days, times and numbers as people write them, in the reader's language or in a paper's own."""

from datetime import date, datetime

from babel.dates import format_date, get_day_names
from babel.numbers import format_decimal, get_decimal_symbol

from lms.clock import HELSINKI, day_of, now, today
from lms.i18n import _, current_language


def day(value: date | datetime | None, language: str = "") -> str:
    """Return a day as people write it: 23.11.2026 (en: 23 Nov 2026)."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = day_of(value)
    if (language or current_language()) == "en":
        return format_date(value, "d MMM yyyy", locale="en")
    return f"{value.day}.{value.month}.{value.year}"


def long_day(value: date, language: str) -> str:
    """Return a day as a document writes it: 23.11.2026 (sv: 23 november 2026)."""
    return format_date(value, "d.M.y" if language == "fi" else "d MMMM y", locale=language)


def moment(value: datetime | None, *, with_year: bool = False) -> str:
    """Return a time as people say it: "ma 23.11. klo 13.04" (en: "Mon 23 Nov at 13.04").

    It has the year when asked or when it is not this one.
    """
    if value is None:
        return ""
    local = value.astimezone(HELSINKI)
    is_this_year = local.year == now().astimezone(HELSINKI).year
    has_year = with_year or not is_this_year
    language = current_language()
    if language == "en":
        day_of_year = format_date(local, "d MMM yyyy" if has_year else "d MMM", locale="en")
    else:
        day_of_year = f"{local.day}.{local.month}.{local.year if has_year else ''}"
    weekdays = get_day_names("abbreviated", "stand-alone", locale=language)
    return str(
        _(
            "%(weekday)s %(day)s at %(hour)s.%(minute)s",
            weekday=weekdays[local.weekday()].rstrip("."),
            day=day_of_year,
            hour=local.hour,
            minute=f"{local.minute:02}",
        )
    )


def clock_time(value: datetime) -> str:
    """Return the time of day: 13.04."""
    local = value.astimezone(HELSINKI)
    return f"{local.hour}.{local.minute:02}"


def clock_time_today(value: datetime) -> str:
    """Return the time of day of what happened today, nothing for what is older."""
    return clock_time(value) if day_of(value) == today() else ""


def decimal(value: float, language: str = "") -> str:
    """Return a number as people write it: 20 000 and 1,5 (en: 20,000 and 1.5)."""
    return format_decimal(value, locale=language or current_language())


def decimal_mark(language: str) -> str:
    """Return what separates whole numbers and their parts: a comma in Finnish."""
    return get_decimal_symbol(language)


def percent(value: int) -> str:
    """Return hundredths as the product writes them in every language: 85 %."""
    return f"{value} %"
