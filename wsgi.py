"""The WSGI entry point: any WSGI server serves `wsgi:app`."""

from lms import permissions
from lms.app import create_app

permissions.be_private()
app = create_app()
