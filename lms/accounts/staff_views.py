"""People as staff see them, and how admins change them."""

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lms import access, clock, db, user_text
from lms.access import Permission, Role
from lms.accounts import operations, passwords, policy, queries
from lms.accounts.forms import DisabledForm, GivenPasswordForm, NameForm, PersonForm, RolesForm
from lms.accounts.models import Person
from lms.errors import Conflict, Invalid
from lms.i18n import LANGUAGES, _
from lms.links import url_for
from lms.login import signed_in
from lms.paging import Pages

bp = Blueprint("accounts_staff", __name__)

PEOPLE_ON_A_PAGE = 100


@bp.get("/people")
@access.requires(Permission.PERSON_LIST)
def people() -> ResponseReturnValue:
    search = user_text.one_line(request.args.get("search", ""))[:100]
    role = next((role for role in Role if role == request.args.get("role")), None)
    sort = queries.PeopleOrder.of(request.args.get("sort"))
    count = queries.count_people(db.session(), search=search, role=role)
    params = {"search": search, "role": role or "", "sort": sort}
    chosen = {name: value for name, value in params.items() if value}
    pages = Pages.of(count, size=PEOPLE_ON_A_PAGE, path=url_for("accounts_staff.people"), params=chosen)
    shown = queries.people(
        db.session(),
        search=search,
        role=role,
        order=sort,
        offset=pages.offset,
        limit=pages.size,
    )
    return render_template(
        "accounts/people.html",
        people=shown,
        count=count,
        search=search,
        role=role,
        sort=sort,
        sort_links={order.value: _address(params, sort=order) for order in queries.PeopleOrder},
        roles=policy.ROLE_LABELS,
        pages=pages,
        may_add=policy.may_change_people(signed_in()),
    )


def _address(params: dict[str, str], **changed: object) -> str:
    """Return the address of the list with what was chosen, and what changes."""
    chosen = {name: value for name, value in {**params, **changed}.items() if value}
    return f"{url_for('accounts_staff.people')}?{urlencode(chosen)}"


@bp.get("/people/new")
@access.requires(Permission.PERSON_ADD)
def new_person_page() -> ResponseReturnValue:
    return _new_person_page(PersonForm(formdata=None, roles=[Role.PARTICIPANT]))


@bp.post("/people/new")
@access.requires(Permission.PERSON_ADD)
def new_person_form() -> ResponseReturnValue:
    form = PersonForm()
    if not form.validate():
        return _new_person_page(form), 422
    names = policy.words_to_avoid(form.username.data or "", form.name.data or "")
    try:
        password_hash = operations.new_password_hash(form.password.data or "", roles=form.chosen, names=names)
    except Invalid as fault:
        form.password.errors = [str(fault.message)]
        return _new_person_page(form), 422
    try:
        person = operations.add_person(
            db.session(),
            username=form.username.data or "",
            name=form.name.data or "",
            roles=form.chosen,
            language=form.language.data,
            password_hash=password_hash,
            by=signed_in().id,
            now=clock.now(),
        )
    except (Invalid, Conflict) as fault:
        form.username.errors = [str(fault.message)]
        return _new_person_page(form), 422
    flash(_("%(name)s was added and can sign in now.", name=person.name))
    return redirect(url_for("accounts_staff.person", person_id=person.id))


def _new_person_page(form: PersonForm) -> str:
    return render_template(
        "accounts/new_person.html",
        form=form,
        participant_least=passwords.PARTICIPANT_LENGTH,
        staff_least=passwords.STAFF_LENGTH,
        role_notes=_role_notes(),
    )


def _role_notes() -> dict[str, str]:
    """Return a line for each role about what it may do."""
    return {
        Role.PARTICIPANT: _("Studies courses, writes a diary, shows what they can do."),
        Role.INSTRUCTOR: _("Follows the groups they lead and reviews their work."),
        Role.TEACHER: _("Not in use yet: a teacher may do what a participant may."),
        Role.STAFF: _("Opens runs, enrols people, issues certificates."),
        Role.ADMIN: _("Adds people and gives them roles and passwords."),
    }


@bp.get("/people/<int:person_id>")
@access.requires(Permission.PERSON_LIST)
def person(person_id: int) -> ResponseReturnValue:
    return _person_page(policy.person_for_reader(db.session(), person_id))


def _person_page(
    person: Person,
    *,
    name_form: NameForm | None = None,
    password_form: GivenPasswordForm | None = None,
    roles_form: RolesForm | None = None,
) -> str:
    return render_template(
        "accounts/person.html",
        person=person,
        role_names=policy.role_names(person.roles),
        language=LANGUAGES[person.language],
        may_change=policy.may_change_people(signed_in()),
        is_self=person.id == signed_in().id,
        least=passwords.shortest(person.roles),
        staff_least=passwords.STAFF_LENGTH,
        name_form=name_form or NameForm(formdata=None, name=person.name),
        password_form=password_form or GivenPasswordForm(formdata=None),
        roles_form=roles_form or RolesForm(formdata=None, roles=sorted(person.roles)),
        role_notes=_role_notes(),
    )


@bp.post("/people/<int:person_id>/name")
@access.requires(Permission.PERSON_LIST)
def correct_name(person_id: int) -> ResponseReturnValue:
    person = policy.person_for_admin(db.session(), person_id, signed_in())
    form = NameForm()
    if not form.validate():
        return _person_page(person, name_form=form), 422
    operations.correct_name(
        db.session(), person, name=form.name.data or "", by=signed_in().id, now=clock.now()
    )
    flash(_("The name is now %(name)s.", name=person.name))
    return redirect(url_for("accounts_staff.person", person_id=person_id))


@bp.post("/people/<int:person_id>/password")
@access.requires(Permission.PERSON_LIST)
def give_password(person_id: int) -> ResponseReturnValue:
    with db.reading() as session:  # hashing is slow, so the writing transaction opens after it
        person = policy.person_for_admin(session, person_id, signed_in())
        roles = person.roles
        form = GivenPasswordForm()
        if not form.validate():
            return _person_page(person, password_form=form), 422
        try:
            password_hash = operations.new_password_hash(
                form.password.data or "",
                roles=roles,
                names=policy.words_to_avoid(person.username, person.name),
            )
        except Invalid as fault:
            form.password.errors = [str(fault.message)]
            return _person_page(person, password_form=form), 422
    person = policy.person_for_admin(db.session(), person_id, signed_in())
    operations.set_password(
        db.session(),
        person,
        password_hash=password_hash,
        checked_for=roles,
        by=signed_in().id,
        now=clock.now(),
    )
    flash(_("%(name)s has a new password. Tell it to them in person.", name=person.name))
    return redirect(url_for("accounts_staff.person", person_id=person_id))


@bp.post("/people/<int:person_id>/roles")
@access.requires(Permission.PERSON_LIST)
def give_roles(person_id: int) -> ResponseReturnValue:
    person = policy.person_for_admin(db.session(), person_id, signed_in())
    form = RolesForm()
    if not form.validate():
        return _person_page(person, roles_form=form), 422
    try:
        operations.set_roles(db.session(), person, roles=form.chosen, by=signed_in().id, now=clock.now())
    except Conflict as fault:
        form.roles.errors = [str(fault.message)]
        return _person_page(person, roles_form=form), 422
    if person.has_password:
        flash(_("The roles of %(name)s were changed. They sign in again.", name=person.name))
    else:
        flash(
            _("The roles of %(name)s were changed. Now give a new password.", name=person.name), "attention"
        )
    return redirect(url_for("accounts_staff.person", person_id=person_id))


@bp.post("/people/<int:person_id>/disabled")
@access.requires(Permission.PERSON_LIST)
def close_or_open(person_id: int) -> ResponseReturnValue:
    person = policy.person_for_admin(db.session(), person_id, signed_in())
    form = DisabledForm()
    if not form.validate():
        raise Invalid(_("Go back and use the buttons of the page."))
    disabled = form.disabled.data == "1"
    operations.set_disabled(db.session(), person, disabled=disabled, by=signed_in().id, now=clock.now())
    if disabled:
        flash(_("%(name)s cannot sign in any more. Their work is safe.", name=person.name))
    else:
        flash(_("%(name)s can sign in again.", name=person.name))
    return redirect(url_for("accounts_staff.person", person_id=person_id))
