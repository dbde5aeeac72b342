"""What the layers below must know about help."""

from lms.feature import Feature
from lms.help import views

FEATURE = Feature(blueprints=(views.bp,))
