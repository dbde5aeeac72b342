"""What differs between two versions of a course, in words that its people understand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.catalogue.outline import Outline
from lms.i18n import _

# the content of pages, by lesson: its pages in each language and wording
Texts = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Changes:
    """The titles of what was added, removed and changed."""

    lessons_added: tuple[str, ...] = ()
    lessons_removed: tuple[str, ...] = ()
    lessons_changed: tuple[str, ...] = ()
    tasks_added: tuple[str, ...] = ()
    tasks_removed: tuple[str, ...] = ()
    is_reordered: bool = False
    is_description_changed: bool = False

    def in_words(self) -> list[str]:
        """Return the changes as lines; without any, the single line says that only pictures or files changed."""
        lines = [_("New lesson: %(title)s", title=title) for title in self.lessons_added]
        lines += [_("Lesson taken away: %(title)s", title=title) for title in self.lessons_removed]
        lines += [_("Lesson changed: %(title)s", title=title) for title in self.lessons_changed]
        lines += [_("New task: %(title)s", title=title) for title in self.tasks_added]
        lines += [_("Task taken away: %(title)s", title=title) for title in self.tasks_removed]
        if self.is_reordered:
            lines.append(_("The lessons are in a new order."))
        if self.is_description_changed:
            lines.append(_("What the course says of itself changed."))
        return lines or [_("Only pictures or files changed.")]


def changes_between(old: Outline, new: Outline, old_texts: Texts, new_texts: Texts) -> Changes:
    """Compare two versions; lessons and tasks are matched by slug and id, never by title."""
    before, after = old.lessons_by_slug, new.lessons_by_slug
    kept = [slug for slug in after if slug in before]
    return Changes(
        lessons_added=tuple(lesson.title for slug, lesson in after.items() if slug not in before),
        lessons_removed=tuple(lesson.title for slug, lesson in before.items() if slug not in after),
        lessons_changed=tuple(
            after[slug].title
            for slug in kept
            if after[slug] != before[slug] or old_texts.get(slug) != new_texts.get(slug)
        ),
        tasks_added=tuple(task.title for key, task in new.tasks.items() if key not in old.tasks),
        tasks_removed=tuple(task.title for key, task in old.tasks.items() if key not in new.tasks),
        is_reordered=kept != [slug for slug in before if slug in after],
        is_description_changed=_description(old) != _description(new),
    )


def _description(outline: Outline) -> tuple[object, ...]:
    return (
        *(outline.title, outline.summary, outline.description_html, outline.translations),
        *(outline.language, outline.level, outline.hours, outline.topics, outline.enrolment),
        *(outline.criteria, outline.checklist, outline.certificate, outline.requires),
    )
