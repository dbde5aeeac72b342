"""A person's diary: reading, writing, sharing, commenting, downloading."""

from flask import Blueprint, flash, redirect, render_template, request, stream_template
from flask.typing import ResponseReturnValue

from lms import access, archives, audit, autosave, clock, db, limits
from lms.access import Permission
from lms.diary import deletion, export, operations, policy, queries, readers
from lms.diary.forms import CommentForm, EntryForm, draw_key, form_of
from lms.diary.models import OBJECT_TYPE, DiaryEntry
from lms.diary.operations import EntryContent, Saved, Stale
from lms.diary.providers import copies_of
from lms.diary.queries import EntryView, Origin
from lms.diary.readers import ReadingRow
from lms.downloads import attachment
from lms.errors import NotFound
from lms.forms import refusal
from lms.i18n import _, current_language
from lms.links import url_for
from lms.login import SignedIn, signed_in
from lms.paging import Pages, asked_number
from lms.quota import Full
from lms.serving import bodies
from lms.wording import clock_time

bp = Blueprint("diary", __name__)

# ids and version numbers are at most this large, and a database refuses larger ones
ENTRY = "/diary/<int(max=2147483647):entry_id>"
VERSION = f"{ENTRY}/versions/<int(max=2147483647):number>"
ENTRIES_ON_A_PAGE = 20
REVISIONS_ON_A_PAGE = 20
COMMENTS_ON_A_PAGE = 20

bp.add_app_template_global(draw_key, "diary_key")


@bp.get("/diary")
@access.requires(Permission.OWN_WORK)
def entries() -> ResponseReturnValue:
    person, session = signed_in(), db.session()
    pages = Pages.of(
        queries.entry_count(session, person.id), size=ENTRIES_ON_A_PAGE, path=url_for("diary.entries")
    )
    found = queries.entries_of(session, person.id, ENTRIES_ON_A_PAGE, pages.offset)
    deleted = deletion.deleted_lately(session, person.id, now=clock.now())
    return render_template("diary/entries.html", entries=found, pages=pages, deleted=deleted)


@bp.get("/diary/new")
@access.requires(Permission.OWN_WORK)
def new() -> ResponseReturnValue:
    where = {name: request.args.get(name, "") for name in ("run", "lesson", "prompt")}
    origin = policy.origin_for_writer(db.session(), signed_in(), **where)
    form = EntryForm(formdata=None, data={"key": draw_key(), "version": 0, **where})
    return _writing_page(form, origin=origin)


@bp.post("/diary/new")
@access.requires(Permission.OWN_WORK)
@bodies.takes_writing
def write() -> ResponseReturnValue:
    person, session, now = signed_in(), db.session(), clock.now()
    form = EntryForm()
    origin = policy.origin_for_writer(
        session,
        person,
        run=form.run.data or "",
        lesson=form.lesson.data or "",
        prompt=form.prompt.data or "",
    )
    if not form.validate():
        return _refused(form) or (_writing_page(form, origin=origin), 422)
    content = _content(form, origin)
    try:
        saved = operations.write(
            session,
            content,
            key=form.form_key,
            version=form.seen_version,
            origin=origin,
            by=person.id,
            now=now,
        )
    except Stale as stale:
        return _conflict(form, stale)
    except Full as full:
        form.form_errors.append(str(full.message))
        return _refused(form) or (_writing_page(form, origin=origin), 422)
    return _saved_response(saved, form)


@bp.get(ENTRY)
@access.requires(Permission.OWN_WORK)
def entry(entry_id: int) -> ResponseReturnValue:
    return _entry_page(entry_id)


@bp.post(ENTRY)
@access.requires(Permission.OWN_WORK)
@bodies.takes_writing
def save(entry_id: int) -> ResponseReturnValue:
    person, session, now = signed_in(), db.session(), clock.now()
    entry = policy.entry_for_writer(session, entry_id, person)
    form = EntryForm()
    if not form.validate():
        return _refused(form) or (_entry_page(entry_id, form=form), 422)
    origin = queries.origin_of(session, entry, person.id, person.language)
    content = _content(form, origin)
    try:
        saved = operations.save(session, entry, content, version=form.seen_version, now=now)
    except Stale as stale:
        return _conflict(form, stale)
    except Full as full:
        db.release()
        form.form_errors.append(str(full.message))
        return _refused(form) or (_entry_page(entry_id, form=form), 422)
    return _saved_response(saved, form)


@bp.get(f"{ENTRY}/earlier")
@access.requires(Permission.OWN_WORK)
def earlier(entry_id: int) -> ResponseReturnValue:
    """Show the texts that later saves have replaced, the newest first; `below` selects a further page."""
    session = db.session()
    entry = policy.own_entry(session, entry_id, signed_in())
    below = asked_number("below", last=entry.version, default=entry.version)
    found = queries.revisions_of(session, entry.id, below=below, limit=REVISIONS_ON_A_PAGE)
    has_more = bool(found) and found[-1].number > 1
    return render_template("diary/earlier.html", entry=entry, revisions=found, has_more=has_more)


@bp.get(VERSION)
@access.requires(Permission.OWN_WORK)
def version(entry_id: int, number: int) -> ResponseReturnValue:
    """Show one earlier text of one's own entry; the newest one is on the entry's own page."""
    session = db.session()
    entry = policy.own_entry(session, entry_id, signed_in())
    if number == entry.version:
        return redirect(url_for("diary.entry", entry_id=entry.id))
    earlier = queries.revision_of(session, entry.id, number)
    if earlier is None:
        raise NotFound
    return render_template("diary/version.html", entry=entry, earlier=earlier)


@bp.post(f"{VERSION}/restore")
@access.requires(Permission.OWN_WORK)
def restore(entry_id: int, number: int) -> ResponseReturnValue:
    session = db.session()
    entry = policy.entry_for_writer(session, entry_id, signed_in())
    saved = operations.restore(session, entry, number, now=clock.now())
    flash(_("The earlier text is back. The text it replaced is among the earlier texts."))
    if saved.changed_readers:
        flash(
            _("This text had not been shared. Now only you can read it. You can share it again."), "attention"
        )
    return redirect(url_for("diary.entry", entry_id=entry.id))


@bp.get(f"{ENTRY}/delete")
@access.requires(Permission.OWN_WORK)
def confirm_delete(entry_id: int) -> ResponseReturnValue:
    session = db.session()
    entry = policy.own_entry(session, entry_id, signed_in())
    return render_template("diary/delete.html", entry=entry, copies=copies_of(session, entry.id))


@bp.post(f"{ENTRY}/delete")
@access.requires(Permission.OWN_WORK)
def delete(entry_id: int) -> ResponseReturnValue:
    session = db.session()
    entry = policy.entry_for_writer(session, entry_id, signed_in())
    has_copies = bool(copies_of(session, entry.id))
    deletion.delete_entry(session, entry, now=clock.now())
    if has_copies:
        flash(_("The text is deleted from your diary. Its copy stays in your checklist."))
    else:
        flash(_("The text is deleted."))
    return redirect(url_for("diary.entries"))


@bp.post(f"{ENTRY}/undelete")
@access.requires(Permission.OWN_WORK)
def undelete(entry_id: int) -> ResponseReturnValue:
    deletion.undelete_entry(db.session(), entry_id, by=signed_in().id, now=clock.now())
    flash(_("The text is back in your diary."))
    return redirect(url_for("diary.entry", entry_id=entry_id))


@bp.post(f"{ENTRY}/comments")
@access.requires(Permission.OWN_WORK)
@bodies.takes_writing
def comment(entry_id: int) -> ResponseReturnValue:
    form = CommentForm()
    if not form.validate():
        return _entry_page(entry_id, comment_form=form), 422
    session, person = db.session(), signed_in()
    entry = policy.entry_for_commenter(session, entry_id, person)
    operations.comment(session, entry, body=form.body.data or "", by=person, now=clock.now())
    flash(_("Your comment is saved."))
    return redirect(url_for("diary.entry", entry_id=entry_id, _anchor="comments"))


@bp.get("/diary/export.zip")
@access.requires(Permission.OWN_WORK)
def export_zip() -> ResponseReturnValue:
    person, now = signed_in(), clock.now()
    limits.count_try(limits.EXPORTS, person.id, now=now)
    session, stem = db.session(), _("my-diary")
    with archives.archive_for(person.id, now) as packed:
        entries = export.entries_with_comments(session, person.id)
        page = stream_template("diary/export.html", entries=entries, name=person.name, now=now)
        packed.add(f"{stem}.html", page)
        rows = (export.as_row(record) for record in export.entries_of(session, person.id))
        packed.add(f"{stem}.json", archives.json_list(rows))
    return attachment(packed.file, f"{stem}-{now:%Y-%m-%d}.zip", "application/zip")


def _entry_page(
    entry_id: int, *, form: EntryForm | None = None, comment_form: CommentForm | None = None
) -> str:
    """Show an entry: to its writer for editing, to a permitted reader once the reading has been recorded."""
    person = signed_in()
    entry = _opened(entry_id, person)
    session = db.session()
    path = url_for("diary.entry", entry_id=entry.id)
    pages = Pages.of(entry.comment_count, size=COMMENTS_ON_A_PAGE, path=path, anchor="comments")
    comments = queries.comments_of(session, entry.id, limit=pages.size, offset=pages.offset)
    origin = queries.origin_of(session, entry, person.id, current_language())
    shown = {
        "entry": entry,
        "comments": [_shown_comment(row, person) for row in comments],
        "pages": pages,
        "comment_form": comment_form or CommentForm(formdata=None),
        "origin": origin,
        "lesson_url": _lesson_url(origin) if origin and origin.may_open else None,
    }
    if entry.person_id != person.id:
        return render_template("diary/shared_entry.html", **shown)
    return render_template(
        "diary/own_entry.html",
        form=form or form_of(entry),
        readings=_readings(entry),
        copies=copies_of(session, entry.id),
        instructors=readers.instructors_of(session, person.id),
        **shown,
    )


def _opened(entry_id: int, person: SignedIn) -> EntryView:
    """Return the entry to show; for somebody else's entry, the reading is recorded and committed first."""
    with db.reading() as reading:
        entry = policy.entry_for_reader(reading, entry_id, person)
    if entry.person_id == person.id or entry.read_revision == entry.version:
        return entry
    with db.transaction() as own:
        entry = policy.entry_for_reader(own, entry_id, person)
        operations.note_reading(own, entry, by=person.id, now=clock.now())
    return entry


def _readings(entry: EntryView) -> list[ReadingRow]:
    """Return who has read one's own entry; readers who have erased their account appear as one, unnamed."""
    session = db.session()
    found = readers.readings_of(session, entry.id)
    read_at = audit.last_of_nobody(
        session,
        "diary.read",
        object_type=OBJECT_TYPE,
        object_id=entry.id,
        about=entry.person_id,
    )
    if read_at is not None:
        is_of_this = read_at >= entry.updated_at
        nobody = _("Somebody who no longer works here")
        found.append(ReadingRow(nobody, entry.version if is_of_this else 0, read_at))
    return found


def _shown_comment(row: queries.CommentRow, person: SignedIn) -> dict[str, object]:
    author = _("You") if row.author_id == person.id else row.author_name or _("Deleted user")
    return {"author": author, "at": row.at, "label": "", "text": row.body}


def _writing_page(form: EntryForm, *, origin: Origin | None) -> str:
    instructors = readers.instructors_of(db.session(), signed_in().id)
    return render_template(
        "diary/new.html",
        form=form,
        origin=origin,
        lesson_url=_lesson_url(origin) if origin and origin.may_open else None,
        instructors=instructors,
    )


def _lesson_url(began: Origin | DiaryEntry) -> str:
    """Return the address of the lesson where the entry was started, at the prompt's card if it has one."""
    card = f"diary-{began.prompt}" if began.prompt else ""
    return url_for("lesson", run_id=began.run_id, slug=began.lesson, _anchor=card)


def _content(form: EntryForm, origin: Origin | None) -> EntryContent:
    return form.content(
        prompt_title=origin.prompt_title if origin else "", is_pressed=not autosave.is_autosave()
    )


def _refused(form: EntryForm) -> ResponseReturnValue | None:
    """Return a script's response to an invalid form, None where a page is wanted."""
    return refusal(form) if autosave.is_by_script() else None


def _saved_response(saved: Saved, form: EntryForm) -> ResponseReturnValue:
    """Confirm the save: to the script, in the lesson where the entry was started, or on the entry's page."""
    now, entry = clock.now(), saved.entry
    url = url_for("diary.entry", entry_id=entry.id)
    if autosave.is_autosave():
        return autosave.saved(version=saved.version, at=now, url=url)
    flash(_saved_message(saved).replace("{time}", clock_time(now)))
    if (
        entry.run_id
        and entry.lesson
        and (form.run.data, form.lesson.data) == (str(entry.run_id), entry.lesson)
    ):
        return redirect(_lesson_url(entry))
    return redirect(url)


def _saved_message(saved: Saved) -> str:
    """Return the message about a save, with a placeholder for the time."""
    if not saved.changed_readers:
        return str(_("Saved at {time}."))
    if saved.entry.shared:
        return str(_("Saved and shared with your instructor at {time}."))
    return str(_("Saved at {time}. The text is not shared any more."))


def _conflict(form: EntryForm, stale: Stale) -> ResponseReturnValue:
    """Show both texts; saving the form again replaces the newer text and does not change its sharing."""
    newer: DiaryEntry = stale.entry
    if autosave.is_by_script():
        return {"error": str(stale.message), "url": url_for("diary.entry", entry_id=newer.id)}, 409
    form.version.data = newer.version
    instructors = readers.instructors_of(db.session(), newer.person_id)
    page = render_template(
        "diary/conflict.html",
        form=form,
        newer=newer,
        instructors=instructors,
        is_stopping=newer.shared and form.shared.data == "0",
    )
    return page, 409
