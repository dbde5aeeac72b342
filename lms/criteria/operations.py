"""Publishing criteria files and their official wording: each content once, as a new version."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import audit
from lms.coursefiles.read.criteria import CriteriaFile, CriteriaGroup, ParsedCriterion
from lms.criteria import queries
from lms.criteria.eperusteet import Requirements
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
    """Make the file's content the current version of its set; older versions do not change.

    The official wording of a code that stays in the same part-unit is carried over.
    """
    versions = queries.versions_for_publishing(session, file.name)
    before = _current(versions)
    official = _official(before) if before and _is_same_part_unit(before, file) else {}
    return _make_current(session, versions, file, official, now)


def import_official(session: Session, requirements: Requirements, now: datetime) -> list[PublishedCriteria]:
    """Set the official wording beside ours in every current set that the requirements know.

    A set whose wording changes gets a new version; approvals still refer to the one that they were given against. Returns
    the sets that the requirements know, whether they changed or not.
    """
    published = []
    for slug in queries.current_slugs(session, requirements.qualification):
        versions = queries.versions_for_publishing(session, slug)
        current = _current(versions)
        if current is None:
            raise Conflict(f"{slug} is being published elsewhere; import again")
        found = _wordings_for(current, requirements)
        if found:
            file = _as_file(current)
            official = {**_official(current), **found}
            published.append(_make_current(session, versions, file, official, now))
    return published


def _wordings_for(criteria_set: CriteriaSet, requirements: Requirements) -> Wordings:
    """The official texts of the set's codes: those of its own part-unit first, since codes repeat."""
    own = (criteria_set.unit, criteria_set.part_unit, criteria_set.compulsory)
    codes = {criterion.code for criterion in criteria_set.criteria}
    found: Wordings = {}
    for criterion in requirements.criteria:
        is_own = (criterion.unit, criterion.part_unit, criterion.compulsory) == own
        if criterion.code in codes and (is_own or criterion.code not in found):
            found[criterion.code] = criterion.texts
    return found


def _current(versions: Iterable[CriteriaSet]) -> CriteriaSet | None:
    return next((version for version in versions if version.is_current), None)


def _make_current(
    session: Session,
    versions: Sequence[CriteriaSet],
    file: CriteriaFile,
    official: Wordings,
    now: datetime,
) -> PublishedCriteria:
    """Make what our file and the official wording say together the current version."""
    before = _current(versions)
    content_hash = _content_hash(file, official)
    if before and before.content_hash == content_hash:
        return PublishedCriteria(before, is_new=False, is_changed=False)
    known = next((version for version in versions if version.content_hash == content_hash), None)
    for version in versions:
        version.is_current = False
    session.flush()  # there is never more than one
    current = known or _add_version(
        session, file, official, number=len(versions) + 1, content_hash=content_hash, now=now
    )
    current.is_current = True
    session.flush()
    audit.record(
        session, "criteria.published", by=None, object_type="criteria_set", object_id=current.id, now=now
    )
    return _published(before, current, is_new=known is None)


def _content_hash(file: CriteriaFile, official: Wordings) -> str:
    codes = {criterion.code for group in file.groups for criterion in group.criteria}
    known = {code: texts for code, texts in official.items() if code in codes}
    content = asdict(replace(file, groups=_joined(file.groups))) | ({"official": known} if known else {})
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _joined(groups: Iterable[CriteriaGroup]) -> tuple[CriteriaGroup, ...]:
    """The groups, neighbours of one title as one, as they are shown and stored."""
    return tuple(
        CriteriaGroup(title, tuple(criterion for group in same for criterion in group.criteria))
        for title, same in groupby(groups, key=lambda group: group.title)
    )


def _as_file(criteria_set: CriteriaSet) -> CriteriaFile:
    """The file that a version was published from."""
    groups = [
        CriteriaGroup(title, tuple(ParsedCriterion(one.code, one.wording) for one in members))
        for title, members in groupby(criteria_set.criteria, key=lambda one: one.group_title)
    ]
    scope = criteria_set.scope
    return CriteriaFile(
        name=criteria_set.slug,
        title=criteria_set.title,
        unit=criteria_set.unit,
        unit_title=criteria_set.unit_title,
        part_unit=criteria_set.part_unit,
        part_unit_title=criteria_set.part_unit_title,
        compulsory=criteria_set.compulsory,
        scope=int(scope) if scope is not None and scope.is_integer() else scope,
        qualification=criteria_set.qualification,
        year=criteria_set.year,
        groups=tuple(groups),
    )


def _add_version(
    session: Session,
    file: CriteriaFile,
    official: Wordings,
    *,
    number: int,
    content_hash: str,
    now: datetime,
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
            official=official.get(criterion.code),
        )
        for position, (group_title, criterion) in enumerate(pairs, start=1)
    ]
    session.add(made)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(f"{file.name} is being published elsewhere; publish again") from None
    return made


def _official(criteria_set: CriteriaSet) -> Wordings:
    return {
        criterion.code: dict(criterion.official)
        for criterion in criteria_set.criteria
        if criterion.official is not None
    }


def _is_same_part_unit(before: CriteriaSet, file: CriteriaFile) -> bool:
    """Codes repeat between part-units, so that a wording follows its code only inside one of them."""
    return (before.unit, before.part_unit) == (file.unit, file.part_unit)


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
