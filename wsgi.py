"""The WSGI entry point: any WSGI server serves `wsgi:app`."""

from lms.app import create_app

app = create_app()
