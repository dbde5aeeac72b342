"""What the layers below must know about courses on paper."""

from lms.booklets import staff_views
from lms.feature import Feature

FEATURE = Feature(blueprints=(staff_views.bp,))
