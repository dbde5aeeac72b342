"""Finnish, Swedish and English: message catalogues read from PO files, chosen once per request."""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, Domain

from lms.login import current_person

LANGUAGES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}
DEFAULT_LANGUAGE = "fi"
SOURCE_LANGUAGE = "en"
CATALOGUES = Path(__file__).parent / "translations"


@cache
def translations_for(language: str) -> NullTranslations:
    """Return the merged catalogue of a language; the source language needs none."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    merged = Catalog(locale=language)
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    merged[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Translations(compiled)


class Catalogues(Domain):  # type: ignore[misc]  # the library is untyped
    """The product's message domain; the catalogue is looked up once per request."""

    def get_translations(self) -> NullTranslations:
        if not has_request_context():
            return translations_for(SOURCE_LANGUAGE)
        if "translations" not in g:
            g.translations = translations_for(current_language())
        found: NullTranslations = g.translations
        return found


DOMAIN = Catalogues()
_ = DOMAIN.gettext
lazy = DOMAIN.lazy_gettext
ngettext = DOMAIN.ngettext


def current_language() -> str:
    """Return the language of this request: the person's own, the chosen one, or the browser's."""
    person = current_person()
    chosen = person.language if person else session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES)) or DEFAULT_LANGUAGE


def use_language(language: str) -> None:
    """Speak `language` for the rest of this request."""
    g.translations = translations_for(language)


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=current_language, default_locale=DEFAULT_LANGUAGE)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # given by the i18n extension
        gettext=lambda message: DOMAIN.get_translations().ugettext(message),
        ngettext=lambda one, many, count: DOMAIN.get_translations().ungettext(one, many, count),
        newstyle=True,
    )
