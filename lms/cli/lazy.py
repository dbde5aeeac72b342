"""Groups of commands in which only the command that is asked for is loaded: most take longer to load than to run."""

from collections.abc import Mapping
from pkgutil import resolve_name
from typing import Any

import click


class LazyGroup(click.Group):
    """A group whose table says where each command is: its module and name, or a group of its own."""

    def __init__(self, *args: Any, table: Mapping[str, str | click.Command], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = self.table.get(cmd_name)
        command: click.Command | None = resolve_name(found) if isinstance(found, str) else found
        return command
