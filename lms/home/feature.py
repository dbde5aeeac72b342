"""What the layers below must know of the start pages."""

from lms.feature import Feature
from lms.home import views

FEATURE = Feature(blueprints=(views.bp,))
