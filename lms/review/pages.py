"""The addresses of the queue."""

from urllib.parse import urlencode


def with_run(path: str, run_id: int | None) -> str:
    """Return the address with the chosen group, so that one goes on in the same one."""
    return f"{path}?{urlencode(kept_run(run_id))}" if run_id else path


def kept_run(run_id: int | None) -> dict[str, str | int]:
    """Return what the addresses of further pages take along: the chosen group."""
    return {"run": run_id} if run_id else {}
