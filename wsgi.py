"""The WSGI entry point: any WSGI server serves `wsgi:app`."""

from lms import file_modes
from lms.app import create_app

file_modes.be_private()
app = create_app()
