"""What the layers below must know about published courses."""

from lms.audit_words import Words
from lms.catalogue import views
from lms.feature import Feature
from lms.i18n import lazy

FEATURE = Feature(
    blueprints=(views.bp,),
    audit_words={
        "course.published": Words(lazy("A course was published."), of_administration=True),
        "guide.published": Words(lazy("The help pages were published."), of_administration=True),
    },
)
