"""The facts of courses and runs in words: levels, lengths, languages, requirements."""

from lms.catalogue.outline import Outline
from lms.i18n import _, lazy, ngettext
from lms.wording import decimal

LEVELS = {
    1: lazy("An easy start"),
    2: lazy("A step further"),
    3: lazy("For those who know the basics"),
}

LANGUAGES = {"fi": lazy("in Finnish"), "sv": lazy("in Swedish"), "en": lazy("in English")}

REQUIREMENTS = {
    "lessons": lazy("You go through every lesson."),
    "tasks": lazy("You do the tasks. Extra tasks are left to you."),
    "checklist": lazy("Your instructor approves each skill on the checklist."),
}


def hours_in_words(hours: float) -> str:
    words = ngettext("about one hour", "about %(hours)s hours", 1 if hours == 1 else 2, hours=decimal(hours))
    return str(words)


def languages_in_words(outline: Outline) -> str:
    """Return the languages in which the course can be read, its main language first."""
    codes = [outline.language, *(code for code in outline.translations if code != outline.language)]
    return ", ".join(str(LANGUAGES[code]) for code in codes if code in LANGUAGES)


def text_language(outline: Outline, language: str) -> str:
    """Return the language of the course's texts for a reader of `language`."""
    return language if language in outline.translations else outline.language


def facts(outline: Outline) -> list[str]:
    """Return the basic facts of a course: level, length, languages."""
    level = LEVELS.get(outline.level)
    return [str(level or ""), hours_in_words(outline.hours), languages_in_words(outline)]


def gives(outline: Outline) -> str:
    """Return what a person gets from the course, in one sentence."""
    if outline.certificate == "none":
        return str(_("You learn in peace. This course has no certificate."))
    if outline.checklist:
        return str(_("You get a certificate, and your skills are approved one by one."))
    return str(_("You get a certificate."))


def requirements(outline: Outline) -> list[str]:
    """Return the certificate's requirements, a sentence each."""
    return [str(REQUIREMENTS[name]) for name in outline.requires if name in REQUIREMENTS]
