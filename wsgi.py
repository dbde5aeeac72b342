"""The WSGI entry point: any WSGI server serves `wsgi:app`."""

from lms import file_modes
from lms.app import create_app

file_modes.use_private_umask()
app = create_app()
