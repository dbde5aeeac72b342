"""Saving an entry that was written before the sign-in ended; this shares it with nobody."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from lms.diary import operations, policy, queries
from lms.diary.forms import EntryForm
from lms.diary.models import DiaryEntry
from lms.diary.operations import EntryContent, Stale
from lms.diary.queries import Origin
from lms.errors import Invalid, NotFound
from lms.form_recovery import ExpiredForm, Recovered
from lms.forms import first_error
from lms.i18n import _
from lms.links import url_for
from lms.login import SignedIn


def _recover_new_entry(session: Session, form: ExpiredForm, *, by: SignedIn, now: datetime) -> Recovered:
    """Save a new entry, or save into the one that the same form has created already."""
    entered = _entered(form)
    origin = _origin_of_form(session, entered, by)
    before = queries.entry_by_key(session, by.id, entered.key.data) if entered.key.data else None
    if before is not None:
        return _save_into(session, before, form, entered, origin=origin, by=by, now=now)
    saved = operations.write(
        session,
        _private(entered, origin),
        key=entered.key.data or form.mark,
        version=0,
        origin=origin,
        by=by.id,
        now=now,
    )
    return Recovered(_message_for(form), _url(saved.entry))


def _recover_entry(session: Session, form: ExpiredForm, *, by: SignedIn, now: datetime) -> Recovered:
    entered = _entered(form)
    try:
        entry = policy.entry_for_writer(session, form.address["entry_id"], by)
    except NotFound:
        message = _("The entry is not there any more. Your text is saved as a new one. Only you can read it.")
        return _save_as_new(session, form, _private(entered, None), message, origin=None, by=by, now=now)
    if entry.shared and form.fields.get("shared") == "0":
        # the press was to stop sharing, which is done whatever happens to the text
        kept = EntryContent(entry.title, entry.body, shared=False)
        operations.save(session, entry, kept, version=entry.version, now=now)
        if entered.seen_version == entry.version - 1:
            entered.version.data = entry.version
    origin = queries.origin_of(session, entry, by.id, by.language)
    return _save_into(session, entry, form, entered, origin=origin, by=by, now=now)


def _save_into(
    session: Session,
    entry: DiaryEntry,
    form: ExpiredForm,
    entered: EntryForm,
    *,
    origin: Origin | None,
    by: SignedIn,
    now: datetime,
) -> Recovered:
    """Save the entry's next revision if it is not shared and nothing newer is overwritten, else a new entry."""
    content = _private(entered, origin)
    if (entry.title, entry.body) == (content.title, content.body):
        return Recovered(_("Your text is saved."), _url(entry))
    if entry.shared:
        message = _(
            "Your text is saved as a new entry. Only you can read it. The shared entry is as it was before."
        )
        return _save_as_new(session, form, content, message, origin=origin, by=by, now=now)
    try:
        operations.save(session, entry, content, version=entered.seen_version, now=now)
    except Stale:
        message = _("A newer text had been saved. Yours is safe too, as a new entry. Only you can read it.")
        return _save_as_new(session, form, content, message, origin=origin, by=by, now=now)
    return Recovered(_message_for(form), _url(entry))


def _save_as_new(
    session: Session,
    form: ExpiredForm,
    content: EntryContent,
    message: str,
    *,
    origin: Origin | None,
    by: SignedIn,
    now: datetime,
) -> Recovered:
    """Save as a new entry; the same form sent again saves into that one."""
    saved = operations.write(session, content, key=form.mark, version=0, origin=origin, by=by.id, now=now)
    return Recovered(message, _url(saved.entry))


def _entered(form: ExpiredForm) -> EntryForm:
    fields = form.fields.copy()
    fields["shared"] = "0"
    entered = EntryForm(formdata=fields)
    if not entered.validate():
        raise Invalid(first_error(entered))
    return entered


def _private(entered: EntryForm, origin: Origin | None) -> EntryContent:
    title = origin.prompt_title if origin else ""
    return replace(entered.content(prompt_title=title, is_pressed=False), shared=False)


def _origin_of_form(session: Session, entered: EntryForm, by: SignedIn) -> Origin | None:
    """Return where the writing was started; if the writer has left the course, the text only loses its link."""
    where = {name: entered[name].data or "" for name in ("run", "lesson", "prompt")}
    try:
        return policy.origin_for_writer(session, by, **where)
    except NotFound:
        return None


def _message_for(form: ExpiredForm) -> str:
    if form.fields.get("shared") == "1":
        return str(_("Your text is saved, but not shared. You can share it on this page."))
    return str(_("Your text is saved. Only you can read it."))


def _url(entry: DiaryEntry) -> str:
    return url_for("diary.entry", entry_id=entry.id)


RECOVERERS = {"diary.write": _recover_new_entry, "diary.save": _recover_entry}
