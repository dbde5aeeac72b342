"""Who may see a diary entry: its writer, and if it is shared, the instructors of the writer's open runs."""

from sqlalchemy.orm import Session

from lms.diary import queries
from lms.diary.models import DiaryEntry
from lms.diary.queries import EntryView, Origin
from lms.errors import NotFound
from lms.forms import chosen_id
from lms.login import SignedIn
from lms.runs import queries as run_queries


def may_read(entry: EntryView, person: SignedIn) -> bool:
    """Return whether the person may read the entry; no role opens a diary, only being the writer's instructor."""
    return entry.person_id == person.id or (entry.shared and entry.followed_run_id is not None)


def entry_for_reader(session: Session, entry_id: int, person: SignedIn) -> EntryView:
    """Return the entry for its writer and its permitted readers. Raises NotFound for everybody else."""
    entry = queries.entry_for(session, entry_id, person.id)
    if entry is None or not may_read(entry, person):
        raise NotFound
    return entry


def own_entry(session: Session, entry_id: int, person: SignedIn) -> EntryView:
    """Return the entry for its writer. Raises NotFound for everybody else."""
    entry = queries.entry_for(session, entry_id, person.id)
    if entry is None or entry.person_id != person.id:
        raise NotFound
    return entry


def entry_for_writer(session: Session, entry_id: int, person: SignedIn) -> DiaryEntry:
    """Return the entry for its writer to change, locked. Raises NotFound for everybody else."""
    entry = queries.entry_to_change(session, entry_id)
    if entry is None or entry.person_id != person.id:
        raise NotFound
    return entry


def entry_for_commenter(session: Session, entry_id: int, person: SignedIn) -> DiaryEntry:
    """Return the entry, locked, for those who may read it. Raises NotFound for everybody else."""
    entry = queries.entry_to_change(session, entry_id)
    entry_for_reader(session, entry_id, person)
    if entry is None:
        raise NotFound
    return entry


def origin_for_writer(
    session: Session, person: SignedIn, *, run: str, lesson: str, prompt: str
) -> Origin | None:
    """Return the run, lesson and prompt that a form names, None when it names none.

    Raises NotFound for a run the person is not in, and for a lesson or prompt that the run does not have.
    """
    if not (run or lesson or prompt):
        return None
    run_id = chosen_id(run)
    found = run_queries.run_for(session, run_id, person.id) if run_id else None
    if found is None or found.enrolment_id is None:
        raise NotFound
    if not (lesson or prompt):
        return Origin(found.id, None, "", None, "", may_open=False)
    known = found.outline.lessons_by_slug.get(lesson)
    prompts = {known_prompt.id: known_prompt.title for known_prompt in known.prompts} if known else {}
    if known is None or (prompt and prompt not in prompts):
        raise NotFound
    return Origin(
        run_id=found.id,
        lesson=known.slug,
        lesson_title=known.title_in(person.language),
        prompt=prompt or None,
        prompt_title=prompts.get(prompt, ""),
        may_open=True,
    )
