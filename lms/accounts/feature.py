"""What the layers below must know about accounts."""

from lms.accounts import forms, privacy, staff_views, views
from lms.audit_words import Words
from lms.feature import Feature
from lms.i18n import lazy

FEATURE = Feature(
    blueprints=(views.bp, staff_views.bp),
    audit_words={
        "person.added": Words(lazy("A person was added."), of_administration=True),
        "person.disabled": Words(lazy("The account was closed."), of_administration=True),
        "person.enabled": Words(lazy("The account was opened again."), of_administration=True),
        "person.password-set": Words(lazy("The password was changed."), of_administration=True),
        "person.password-wrong": Words(lazy("A wrong password was given.")),
        "person.renamed": Words(lazy("A name was corrected."), of_administration=True),
        "person.roles-set": Words(lazy("The roles were changed."), of_administration=True),
        "person.signed-in": Words(lazy("A sign-in.")),
        "person.signed-out": Words(lazy("A sign-out.")),
        "person.signed-out-everywhere": Words(lazy("A sign-out everywhere.")),
    },
    forms={
        "accounts.choose_language": (forms.LanguageForm,),
        "accounts.own_password_form": (forms.OwnPasswordForm,),
        "accounts.sign_in_form": (forms.SignInForm,),
        "accounts.sign_out": (),
        "accounts.sign_out_everywhere": (),
        "accounts_staff.close_or_open": (forms.DisabledForm,),
        "accounts_staff.correct_name": (forms.NameForm,),
        "accounts_staff.give_password": (forms.GivenPasswordForm,),
        "accounts_staff.give_roles": (forms.RolesForm,),
        "accounts_staff.new_person_form": (forms.PersonForm,),
    },
    holdings=privacy.HOLDINGS,
)
