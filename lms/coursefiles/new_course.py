"""Creates a small course folder for an author to start from; its files are in templates/course."""

import shutil
from pathlib import Path

from lms import file_modes
from lms.config import ROOT

TEMPLATE = ROOT / "templates" / "course"


class NotMade(Exception):
    """The folder was not created; the message says why and what to do."""


def make_course(slug: str, courses: Path) -> tuple[Path, ...]:
    """Make the folder of a course, whose name COURSE_NAME allows, and return its files.

    Raises NotMade when the folder exists already or cannot be written.
    """
    folder = courses / slug
    try:
        # Contents only: the modes of the installed files, which may be read-only, are not the author's.
        with file_modes.with_usual_umask():
            shutil.copytree(TEMPLATE, folder, copy_function=shutil.copyfile)
    except FileExistsError as error:
        raise NotMade(f"{folder} is there already. Choose another name.") from error
    except (OSError, shutil.Error) as error:
        raise NotMade(f"{folder} cannot be written. Check the permissions of its folder.") from error
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))
