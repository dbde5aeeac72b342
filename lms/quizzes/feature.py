"""What the layers below must know about quizzes."""

from lms.feature import Feature
from lms.quizzes import privacy

FEATURE = Feature(holdings=privacy.HOLDINGS)
