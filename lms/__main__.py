"""`python -m lms` is the same as the console script `lms`."""

from lms.cli import main

main()
