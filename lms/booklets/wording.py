"""The booklet's own words in the language it is printed in, whatever language the reader's pages are in."""

from collections.abc import Callable

from babel.support import NullTranslations

from lms.booklets.queries import PublishedCourse
from lms.config import Operator
from lms.i18n import translations_for
from lms.questions.paper import Spoken
from lms.wording import day, decimal, decimal_mark

Labels = dict[str, str]


def labels(language: str) -> Labels:
    """Return what the template writes beside the course's texts."""
    _ = translations_for(language).gettext
    return {
        "kind": _("A course on paper"),
        "name": _("Name"),
        "about": _("About the course"),
        "contents": _("Contents"),
        "how_to": _("How to use this booklet"),
        "see_answers": _("The answers are on page {page}."),
        "on_page": _("page {page}"),
        "done": _("I have gone through this lesson."),
        "date": _("Date"),
        "answers": _("Answers to the questions"),
        "answers_lead": _("First think for yourself, then look. You can try as many times as you want."),
        "checklist": _("What I can do"),
        "checklist_lead": _(
            "Read each sentence and tick the box that fits you now. Look at these together with your instructor."
        ),
        "skill": _("Skill"),
        "page": _("Page {page} of {pages}"),
    }


def spoken(language: str) -> Spoken:
    """Return a language as the questions on paper speak it."""
    return Spoken(translations_for(language).gettext, decimal_mark(language))


def how_to(language: str, *, has_quizzes: bool, has_footnotes: bool) -> list[str]:
    """Return the short guide at the beginning."""
    _ = translations_for(language).gettext
    lines = [
        _("The whole course is in this booklet."),
        _("Take one lesson at a time, in peace. You can stop at any place and go on tomorrow."),
        _("Write on the lines and tick the boxes. A pencil is good: you may change your mind."),
        _(
            "Everything to do has a code. 3.A is the first thing to do in lesson 3. "
            "Say the code when you ask about it."
        ),
    ]
    if has_quizzes:
        lines.append(_("The answers to the questions are at the back of the booklet."))
    lines.append(
        _("Show your tasks to your instructor, who tells you what is good and what the next step is.")
    )
    if has_footnotes:
        lines.append(
            _(
                "Small numbers in the text lead to web addresses at the foot of the page. "
                "You can do without them."
            )
        )
    return lines


def help_lines(language: str, operator: Operator) -> list[str]:
    """Return whom to ask, with the ways that the operator has given."""
    _ = translations_for(language).gettext
    lines = [_("Ask your instructor, or us: {name}.").format(name=operator.name)]
    if operator.phone:
        lines.append(_("Telephone: {number}").format(number=operator.phone))
    if operator.email:
        lines.append(_("E-mail: {address}").format(address=operator.email))
    return lines


def facts(published: PublishedCourse, language: str, *, plain: bool) -> list[str]:
    """Return the level, the length and the day of the course's texts."""
    spoken = translations_for(language)
    _, outline = spoken.gettext, published.outline
    levels = {1: _("An easy start"), 2: _("A step further"), 3: _("For those who know the basics")}
    hours = spoken.ngettext("about one hour", "about %(hours)s hours", 1 if outline.hours == 1 else 2)
    written_on = day(published.published_on, language)
    found = [
        levels.get(outline.level, ""),
        _capital(hours % {"hours": decimal(outline.hours, language)}),
        _plain_lessons(published, spoken) if plain else "",
        _("Texts of {day}").format(day=written_on),
    ]
    return [fact for fact in found if fact]


def _plain_lessons(published: PublishedCourse, spoken: NullTranslations) -> str:
    lessons = published.outline.lessons
    count = sum(lesson.plain for lesson in lessons)
    if count == len(lessons):
        return spoken.gettext("In plain wording")
    pattern = spoken.ngettext(
        "One lesson of %(total)s in plain wording", "%(count)s lessons of %(total)s in plain wording", count
    )
    return pattern % {"count": count, "total": len(lessons)}


def minutes(language: str) -> Callable[[int], str]:
    """Return a lesson's length in words."""
    _ = translations_for(language).gettext
    pattern = _("about %(minutes)d min")
    return lambda count: _capital(pattern % {"minutes": count})


def ratings(language: str) -> list[str]:
    """Return the four ways to say how well one can do a thing, as on the checklist's own page."""
    _ = translations_for(language).gettext
    return [
        _("I need a lot of help"),
        _("I can do it when somebody is beside me"),
        _("I can do it fairly well by myself"),
        _("I can do it and can advise others"),
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
