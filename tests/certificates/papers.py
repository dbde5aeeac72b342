"""Certificate content to make papers of, with everything filled in."""

from dataclasses import replace
from datetime import date
from typing import Any

from lms.certificates.content import CertificateContent, Language, PartUnit

PART_UNIT = PartUnit(
    title="Työelämässä toimiminen",
    code="ammatillisenoppiaineet_yttt",
    scope_osp=2,
    unit_title="Yhteiskunta- ja työelämäosaaminen",
    year=2022,
)
FINNISH = CertificateContent(
    language=Language.FINNISH,
    number="2026-00042",
    issued_on=date(2026, 11, 23),
    holder_name="Aino Ähtäri-Öberg",
    course_title="Työelämässä toimiminen",
    course_language=Language.FINNISH,
    hours=12,
    summary="Kurssi kulkee työnhausta ensimmäiseen palkkapäivään.",
    part_unit=PART_UNIT,
    can_do=(
        "noudattaa työaikoja ja sovittuja toimintatapoja",
        "selvittää oman alansa työmarkkinoita",
        "toimia osana monimuotoista työyhteisöä",
        "tarkistaa työsopimuksen sisällön",
    ),
    issuer_name="Esimerkkikaupungin Taitoverstas",
    signer_name="Živa Šalla Åström",
    signer_title="todistuksen antaja",
    approvals="Ohjaaja Liisa Laine on hyväksynyt 4/4 kohtaa",
    verify_url="https://taitoverstas.example/verify/K7QF-2M9D-XW3T-8HAC",
    verify_code="K7QF-2M9D-XW3T-8HAC",
)


def a_paper(**changes: Any) -> CertificateContent:
    return replace(FINNISH, **changes)
