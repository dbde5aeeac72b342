"""What staff look at before certificates are issued: each paper's words, and what stands in the way."""

from dataclasses import dataclass

from lms.certificates.drafts import Draft
from lms.certificates.requirements import Standing, in_words
from lms.certificates.wording import paper
from lms.i18n import _
from lms.typesetting.fonts import readable


@dataclass(frozen=True)
class PreviewedCertificate:
    person_id: int
    name: str
    paper: dict[str, object]
    problems: tuple[str, ...]


def previewed(draft: Draft, standing: Standing, *, by: int, base_url: str) -> PreviewedCertificate:
    """Return a draft as it is shown before it is issued."""
    return PreviewedCertificate(
        person_id=draft.person_id,
        name=draft.facts.holder_name,
        paper=paper(draft.for_preview(base_url=base_url), is_preview=True),
        problems=tuple(_problems(draft, standing, by=by)),
    )


def _problems(draft: Draft, standing: Standing, *, by: int) -> list[str]:
    problems = []
    if standing.number:
        problems.append(_("This certificate has been issued already: %(number)s.", number=standing.number))
    elif not standing.lacking.is_nothing:
        problems.append(_("Not ready yet. Missing: %(missing)s.", missing=in_words(standing.lacking)))
    if draft.person_id == by:
        problems.append(_("Nobody issues a certificate to themselves. Ask a colleague to issue yours."))
    in_name = draft.letters_lacking_in_name
    elsewhere = [letter for letter in draft.letters_lacking if letter not in in_name]
    if in_name:
        problems.append(
            _("The paper cannot show these letters of the name: %(letters)s.", letters=_shown(in_name))
        )
    if elsewhere:
        problems.append(
            _(
                "The paper cannot show these letters of the course's texts: %(letters)s.",
                letters=_shown(elsewhere),
            )
        )
    return [str(problem) for problem in problems]


def _shown(letters: list[str]) -> str:
    return " ".join(readable(letter) for letter in letters)
