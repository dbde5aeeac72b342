"""The shape of the codes by which courses and lessons name criteria."""

import re

CRITERION = "osaamistavoitteet_"  # a code with this prefix is one criterion, any other a whole part-unit
CODE = re.compile(r"(?:osaamistavoitteet_\d{1,12}|ammatillisenoppiaineet_[a-z0-9]{1,20})")
CODE_HINT = "Write the code in full, like osaamistavoitteet_1073 or ammatillisenoppiaineet_yttt."
