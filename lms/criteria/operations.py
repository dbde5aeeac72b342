"""Publishing criteria files: each content once, as a version beside the older ones."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import audit
from lms.catalogue.criteria_files import CriteriaFile
from lms.criteria import queries
from lms.criteria.models import CriteriaSet, Criterion
from lms.errors import Conflict

Wordings = dict[str, dict[str, str]]


@dataclass(frozen=True)
class PublishedCriteria:
    """The set that is current now; the codes are against the version before, empty for a first version."""

    criteria_set: CriteriaSet
    is_new: bool
    is_changed: bool
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()


def publish_criteria(session: Session, file: CriteriaFile, now: datetime) -> PublishedCriteria:
    """Make the file's content the current version of its set; older versions stay as they are.

    The official wording of a code that stays in the same part-unit is carried over.
    """
    versions = queries.versions_for_publishing(session, file.name)
    content_hash = _content_hash(file)
    before = next((version for version in versions if version.is_current), None)
    if before and before.content_hash == content_hash:
        return PublishedCriteria(before, is_new=False, is_changed=False)
    known = next((version for version in versions if version.content_hash == content_hash), None)
    current = known or _add_version(
        session, file, number=len(versions) + 1, content_hash=content_hash, now=now
    )
    for version in versions:
        version.is_current = version is current
    if before:
        _carry_official_wording(before, current)
    session.flush()
    audit.record(
        session, "criteria.published", by=None, object_type="criteria_set", object_id=current.id, now=now
    )
    return _published(before, current, is_new=known is None)


def _content_hash(file: CriteriaFile) -> str:
    canonical = json.dumps(asdict(file), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _add_version(
    session: Session, file: CriteriaFile, *, number: int, content_hash: str, now: datetime
) -> CriteriaSet:
    """Raises Conflict when somebody publishes the same file at the same time."""
    made = CriteriaSet(
        slug=file.name,
        number=number,
        is_current=True,
        content_hash=content_hash,
        title=file.title,
        unit=file.unit,
        unit_title=file.unit_title,
        part_unit=file.part_unit,
        part_unit_title=file.part_unit_title,
        compulsory=file.compulsory,
        scope=file.scope,
        qualification=file.qualification,
        year=file.year,
        published_at=now,
    )
    pairs = ((group.title, criterion) for group in file.groups for criterion in group.criteria)
    made.criteria = [
        Criterion(
            position=position,
            code=criterion.code,
            group_title=group_title,
            wording=criterion.wording,
            official=None,
        )
        for position, (group_title, criterion) in enumerate(pairs, start=1)
    ]
    session.add(made)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(f"{file.name} is being published elsewhere; publish again") from None
    return made


def _carry_official_wording(before: CriteriaSet, current: CriteriaSet) -> None:
    """Codes repeat between part-units, so that a wording follows its code only inside one of them."""
    if (before.unit, before.part_unit) != (current.unit, current.part_unit):
        return
    known = {criterion.code: criterion.official for criterion in before.criteria}
    for criterion in current.criteria:
        if criterion.official is None:
            criterion.official = known.get(criterion.code)


def _published(before: CriteriaSet | None, current: CriteriaSet, *, is_new: bool) -> PublishedCriteria:
    if before is None:
        return PublishedCriteria(current, is_new=is_new, is_changed=True)
    old, new = _wordings(before.criteria), _wordings(current.criteria)
    return PublishedCriteria(
        current,
        is_new=is_new,
        is_changed=True,
        added=tuple(code for code in new if code not in old),
        removed=tuple(code for code in old if code not in new),
        reworded=tuple(code for code in new if code in old and old[code] != new[code]),
    )


def _wordings(criteria: Iterable[Criterion]) -> Wordings:
    return {criterion.code: criterion.wording for criterion in criteria}
