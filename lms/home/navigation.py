"""The bar's items: at most five, chosen by a person's roles; the rest are in the person's menu."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from flask import request

from lms import db
from lms.access import Role
from lms.i18n import lazy
from lms.links import url_for
from lms.login import SignedIn
from lms.review import queries as review
from lms.templating import NavItem

MOST_BAR_ITEMS = 5


@dataclass(frozen=True, eq=False)
class NavTarget:
    """A destination in the bar or menu; `parts` are the blueprints and endpoints whose pages belong to it.

    Places are compared by identity, because comparing the fields would translate the labels.
    """

    label: object
    endpoint: str
    icon: str
    parts: frozenset[str]
    # its name in the menu, if that is not the name in the bar
    menu_label: object = None


HOME = NavTarget(lazy("Home"), "home.home", "home", frozenset({"home.home"}))
# the people of a group belong to the groups in a bar that has them, and to the courses in any other
GROUPS = NavTarget(lazy("Groups"), "home.my_runs", "people", frozenset({"home.my_runs", "review_staff"}))
REVIEW = NavTarget(lazy("To review"), "review.queue", "chat", frozenset({"review", "review_one"}))
RUNS = NavTarget(lazy("Runs"), "runs_staff.runs", "calendar", frozenset({"runs_staff"}))
ISSUING = NavTarget(
    lazy("Certificates"), "certificates_staff.runs", "award", frozenset({"certificates_staff"})
)
PEOPLE = NavTarget(lazy("People"), "accounts_staff.people", "people", frozenset({"accounts_staff"}))
COURSES = NavTarget(lazy("Courses"), "runs.courses", "book", frozenset({"runs", "lessons", "review_staff"}))
DIARY = NavTarget(lazy("Diary"), "diary.entries", "pencil", frozenset({"diary"}))
SKILLS = NavTarget(lazy("Competence"), "checklists.checklists", "checklist", frozenset({"checklists"}))
# "My", because the bar may contain the certificates that one issues to others
OWN_CERTIFICATES = NavTarget(
    lazy("Certificates"),
    "certificates.own_certificates",
    "award",
    frozenset({"certificates.own_certificates", "certificates.pdf", "certificates.content"}),
    menu_label=lazy("My certificates"),
)

# the places of each role, the most important first, because there may not be room for all
IN_ORDER = (GROUPS, REVIEW, RUNS, ISSUING, PEOPLE, COURSES, DIARY, SKILLS, OWN_CERTIFICATES)
OF_ROLE = {
    Role.PARTICIPANT: (COURSES, DIARY, SKILLS, OWN_CERTIFICATES),
    Role.INSTRUCTOR: (GROUPS, REVIEW, COURSES, DIARY),
    Role.TEACHER: (COURSES,),
    Role.STAFF: (RUNS, ISSUING, PEOPLE),
    Role.ADMIN: (PEOPLE, COURSES),
}
# everybody signed in may study, whatever their roles
OF_EVERYBODY = (COURSES, DIARY, SKILLS, OWN_CERTIFICATES)


def targets_of(roles: Collection[Role]) -> tuple[NavTarget, ...]:
    """Return the bar of people with these roles, the start page first."""
    return (HOME, *_targets(OF_ROLE[role] for role in roles))[:MOST_BAR_ITEMS]


def menu_of(roles: Collection[Role]) -> tuple[NavTarget, ...]:
    """Return the places that the bar of people with these roles does not show."""
    bar = targets_of(roles)
    everything = _targets([OF_EVERYBODY, *(OF_ROLE[role] for role in roles)])
    return tuple(target for target in everything if target not in bar)


def _targets(several: Iterable[Collection[NavTarget]]) -> list[NavTarget]:
    wanted = {target for targets in several for target in targets}
    return [target for target in IN_ORDER if target in wanted]


def nav_items_for(person: SignedIn) -> list[NavItem]:
    """Return the bar of a person and then the menu's places; only instructors' bars cost a query."""
    targets, others = _bar_and_menu(person.roles)
    current = _current(targets)
    count = _waiting_count(person) if REVIEW in targets else None
    bar = [
        NavItem(
            label=str(target.label),
            url=url_for(target.endpoint),
            icon=target.icon,
            current=target is current,
            count=count if target is REVIEW else None,
        )
        for target in targets
    ]
    menu = [
        NavItem(
            label=str(target.menu_label or target.label),
            url=url_for(target.endpoint),
            icon=target.icon,
            current=False,
            in_bar=False,
        )
        for target in others
    ]
    return bar + menu


@cache
def _bar_and_menu(roles: frozenset[Role]) -> tuple[tuple[NavTarget, ...], tuple[NavTarget, ...]]:
    """Return both for people with these roles; cached, because every page shows them."""
    return targets_of(roles), menu_of(roles)


def _waiting_count(person: SignedIn) -> int:
    # a separate short session: the bar is on error pages too, where the request's session has failed
    with db.reading() as session:
        return review.waiting_count(session, person.id)


def _current(targets: Iterable[NavTarget]) -> NavTarget | None:
    """Return the place that the page belongs to, None for an address that no page has."""
    parts = {request.blueprint, request.endpoint}
    return next((target for target in targets if not target.parts.isdisjoint(parts)), None)
