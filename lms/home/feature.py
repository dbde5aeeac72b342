"""What the layers below must know about the start pages."""

from lms.feature import Feature
from lms.home import views

FEATURE = Feature(blueprints=(views.bp,))
