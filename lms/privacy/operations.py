"""Erasing a person with everything that is stored about them."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms import audit, scrubbing
from lms.access import Role
from lms.accounts import operations as accounts
from lms.accounts import queries as accounts_queries
from lms.accounts.models import Person
from lms.personal_data import all_holdings

PEOPLE = Person.__tablename__


def erase_person(session: Session, person: Person, *, now: datetime) -> None:
    """Erase the data of every feature, from the topmost down, the person's own row last.

    Transactions that are writing about the person are waited for, and their data is erased too. Raises Conflict for the
    only admin.
    """
    if Role.ADMIN in person.roles:
        accounts.require_another_admin(session, person.id)
    person_id = person.id
    session.expunge(person)
    theirs = [holding for holding in reversed(all_holdings()) if PEOPLE not in holding.tables]
    for holding in theirs:
        holding.erase(session, person_id, now)
    if not accounts_queries.lock_person(session, person_id):
        return  # the same person was faster in another window
    for holding in reversed(all_holdings()):
        holding.erase(session, person_id, now)
    scrubbing.schedule(session, frozenset[str]().union(*(holding.tables for holding in all_holdings())))
    audit.record(session, "person.erased", by=None, object_type="person", object_id="", now=now)
    session.flush()
