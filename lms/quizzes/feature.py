"""What the layers below must know of quizzes."""

from lms.feature import Feature
from lms.quizzes import privacy

FEATURE = Feature(holdings=privacy.HOLDINGS)
