"""Finnish, Swedish and English: message catalogues read from PO files, chosen once per request."""

from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request, session
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


# the catalogue of this request; None until the first message asks for it
_spoken: ContextVar[NullTranslations | None] = ContextVar("spoken", default=NullTranslations())  # noqa: B039


class Catalogues(Domain):  # type: ignore[misc]  # the library is untyped
    """The product's message domain; the catalogue is chosen once per request."""

    def get_translations(self) -> NullTranslations:
        spoken = _spoken.get()
        if spoken is None:
            spoken = translations_for(current_language())
            _spoken.set(spoken)
        return spoken


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


def in_language(texts: Mapping[str, str], language: str | None = None) -> str:
    """Return the text of the request's language, or of `language`; the product's own where there is none."""
    wanted = language or current_language()
    return texts.get(wanted) or texts.get(DEFAULT_LANGUAGE) or next(iter(texts.values()), "")


def use_language(language: str) -> None:
    """Use `language` for the rest of this request."""
    _spoken.set(translations_for(language))


def _choose_later() -> None:
    _spoken.set(None)


def _forget(error: BaseException | None) -> None:
    _spoken.set(translations_for(SOURCE_LANGUAGE))


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=current_language, default_locale=DEFAULT_LANGUAGE)
    app.before_request(_choose_later)
    app.teardown_request(_forget)
    app.jinja_env.filters["in_language"] = in_language
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # given by the i18n extension
        gettext=lambda message: DOMAIN.get_translations().ugettext(message),
        ngettext=lambda one, many, count: DOMAIN.get_translations().ungettext(one, many, count),
        newstyle=False,
    )
    app.jinja_env.globals["_"] = _  # faster than the extension's own, which does a lookup in every call
