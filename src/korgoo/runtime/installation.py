"""Opening an installation: Django set up, the journal's reader, the data directory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from korgoo.conf.environment import read_environment

if TYPE_CHECKING:
    from korgoo.conf.environment import Environment
    from korgoo.journal.protocol import JournalReader


class NotReadyError(RuntimeError):
    """The installation cannot be used yet; the message says what to do."""


def set_up_django() -> Environment:
    """Make Django ready in this process and return the environment that it was set up from.

    What the process writes from here on is its owner's alone: records hold names and telephones.
    """
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "korgoo.conf.settings")
    import django  # noqa: PLC0415 - only processes that need records pay for it

    django.setup()
    return read_environment()


def prepare_installation(environment: Environment) -> None:
    """Create the data directory and bring every database to the present schema."""
    from django.core.management import call_command  # noqa: PLC0415 - as above

    environment.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    call_command("migrate", interactive=False, verbosity=0)
    if environment.database is None:
        call_command("migrate", database="picture", interactive=False, verbosity=0)
        for file in environment.data.glob("*.db*"):  # of an installation that was made before, too
            file.chmod(0o600)


def open_reader(environment: Environment) -> JournalReader:
    """Open the journal for reading, beside its writer.

    Raises:
        NotReadyError: there is no journal yet: the gateway makes it.
    """
    from korgoo.journal import opening  # noqa: PLC0415 - as above
    from korgoo.journal.errors import StorageError  # noqa: PLC0415 - as above

    try:
        return opening.open_reader(opening.locate_journal(environment))
    except StorageError as error:
        raise NotReadyError("there is no journal yet; start the gateway first (`korgoo gateway`)") from error
