"""Saving an entry that was written before the sign-in ended: its writer's own, shown to nobody else by this."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from lms.diary import operations, policy, queries
from lms.diary.forms import EntryForm
from lms.diary.models import DiaryEntry
from lms.diary.operations import Content, Stale
from lms.diary.queries import Place
from lms.errors import Invalid, NotFound
from lms.form_recovery import KeptForm, Rescued
from lms.forms import first_error
from lms.i18n import _
from lms.links import url_for
from lms.login import SignedIn


def _rescue_new(session: Session, form: KeptForm, *, by: SignedIn, now: datetime) -> Rescued:
    """Save a new entry; when an earlier save of the same form has made it already, save into that one."""
    entered = _entered(form)
    place = _place_of_form(session, entered, by)
    before = queries.entry_by_key(session, by.id, entered.key.data) if entered.key.data else None
    if before is not None:
        return _save_into(session, before, form, entered, place=place, by=by, now=now)
    saved = operations.write(
        session,
        _private(entered, place),
        key=entered.key.data or form.mark,
        version=0,
        place=place,
        by=by.id,
        now=now,
    )
    return Rescued(_told(form), _url(saved.entry))


def _rescue_entry(session: Session, form: KeptForm, *, by: SignedIn, now: datetime) -> Rescued:
    entered = _entered(form)
    try:
        entry = policy.entry_for_writer(session, form.address["entry_id"], by)
    except NotFound:
        told = _("The entry is not there any more. Your text is saved as a new one. Only you can read it.")
        return _save_beside(session, form, _private(entered, None), told, place=None, by=by, now=now)
    if entry.shared and form.fields.get("shared") == "0":
        # the press was to stop sharing, which holds whatever becomes of the text
        kept = Content(entry.title, entry.body, shared=False)
        operations.save(session, entry, kept, version=entry.version, now=now)
        if entered.seen_version == entry.version - 1:
            entered.version.data = entry.version
    place = queries.place_of(session, entry, by.id, by.language)
    return _save_into(session, entry, form, entered, place=place, by=by, now=now)


def _save_into(
    session: Session,
    entry: DiaryEntry,
    form: KeptForm,
    entered: EntryForm,
    *,
    place: Place | None,
    by: SignedIn,
    now: datetime,
) -> Rescued:
    """Save as the entry's next revision where that overwrites nothing and nobody else reads it, else as a new entry."""
    content = _private(entered, place)
    if (entry.title, entry.body) == (content.title, content.body):
        return Rescued(_("Your text is saved."), _url(entry))
    if entry.shared:
        told = _(
            "Your text is saved as a new entry. Only you can read it. The shared entry is as it was before."
        )
        return _save_beside(session, form, content, told, place=place, by=by, now=now)
    try:
        operations.save(session, entry, content, version=entered.seen_version, now=now)
    except Stale:
        told = _("A newer text had been saved. Yours is safe too, as a new entry. Only you can read it.")
        return _save_beside(session, form, content, told, place=place, by=by, now=now)
    return Rescued(_told(form), _url(entry))


def _save_beside(
    session: Session,
    form: KeptForm,
    content: Content,
    told: str,
    *,
    place: Place | None,
    by: SignedIn,
    now: datetime,
) -> Rescued:
    """Save as an entry of its own; the same form brought again finds it there."""
    saved = operations.write(session, content, key=form.mark, version=0, place=place, by=by.id, now=now)
    return Rescued(told, _url(saved.entry))


def _entered(form: KeptForm) -> EntryForm:
    fields = form.fields.copy()
    fields["shared"] = "0"
    entered = EntryForm(formdata=fields)
    if not entered.validate():
        raise Invalid(first_error(entered))
    return entered


def _private(entered: EntryForm, place: Place | None) -> Content:
    title = place.prompt_title if place else ""
    return replace(entered.content(prompt_title=title, is_pressed=False), shared=False)


def _place_of_form(session: Session, entered: EntryForm, by: SignedIn) -> Place | None:
    """Return where the writing began; a course that the writer has left loses only its link."""
    where = {name: entered[name].data or "" for name in ("run", "lesson", "prompt")}
    try:
        return policy.place_for_writer(session, by, **where)
    except NotFound:
        return None


def _told(form: KeptForm) -> str:
    if form.fields.get("shared") == "1":
        return str(_("Your text is saved, but not shared. You can share it on this page."))
    return str(_("Your text is saved. Only you can read it."))


def _url(entry: DiaryEntry) -> str:
    return url_for("diary.entry", entry_id=entry.id)


RESCUES = {"diary.write": _rescue_new, "diary.save": _rescue_entry}
