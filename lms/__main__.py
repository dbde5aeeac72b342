"""`python -m lms` is the same as the console script `lms`."""

from lms.cli.main import main

main()
