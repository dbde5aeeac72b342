"""What staff look at before certificates are issued: each paper's words, and what prevents issuing them."""

from dataclasses import dataclass

from lms.certificates.drafts import CertificateDraft
from lms.certificates.requirements import CertificateProgress, in_words
from lms.certificates.wording import paper
from lms.i18n import _
from lms.typesetting.fonts import describe_character


@dataclass(frozen=True)
class PreviewedCertificate:
    person_id: int
    name: str
    paper: dict[str, object]
    problems: tuple[str, ...]


def previewed(
    draft: CertificateDraft, progress: CertificateProgress, *, by: int, base_url: str
) -> PreviewedCertificate:
    """Return a draft as it is shown before it is issued."""
    return PreviewedCertificate(
        person_id=draft.person_id,
        name=draft.content.holder_name,
        paper=paper(draft.for_preview(base_url=base_url), is_preview=True),
        problems=tuple(_problems(draft, progress, by=by)),
    )


def _problems(draft: CertificateDraft, progress: CertificateProgress, *, by: int) -> list[str]:
    problems = []
    if progress.number:
        problems.append(_("This certificate has been issued already: %(number)s.", number=progress.number))
    elif not progress.missing.is_nothing:
        problems.append(_("Not ready yet. Missing: %(missing)s.", missing=in_words(progress.missing)))
    if draft.person_id == by:
        problems.append(_("Nobody issues a certificate to themselves. Ask a colleague to issue yours."))
    in_name = draft.unprintable_in_name
    elsewhere = [letter for letter in draft.unprintable if letter not in in_name]
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
    return " ".join(describe_character(letter) for letter in letters)
