"""Make an installation: its data directory, its databases and a first administrator."""

from __future__ import annotations

import getpass
import os
import sys
from typing import TYPE_CHECKING

from korgoo.cli import complain
from korgoo.runtime.installation import prepare_installation, set_up_django

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the first administrator; the password comes from the terminal or KORGOO_ADMIN_PASSWORD."""
    parser.add_argument("--admin", metavar="EMAIL", help="the first administrator, if there is none yet")
    parser.add_argument("--name", default="Administrator", help="his full name")


def run(args: argparse.Namespace) -> int:
    """Bring everything to the present schema; harmless when repeated."""
    environment = set_up_django()
    from django.conf import settings
    from django.db import OperationalError

    from korgoo.accounts.models import User
    from korgoo.accounts.services import AccountInvalidError, create_first_administrator

    try:
        prepare_installation(environment)
    except OperationalError as error:
        return complain("init", f"the database cannot be used: {str(error).splitlines()[0]}")
    if args.admin and not User.objects.exists():
        password = os.environ.get("KORGOO_ADMIN_PASSWORD") or getpass.getpass("Password: ")
        try:
            create_first_administrator(
                args.admin, password=password, full_name=args.name, now=settings.KORGOO_CLOCK()
            )
        except AccountInvalidError as error:
            return complain("init", str(error))
        sys.stdout.write(f"korgoo init: {args.admin} is the first administrator\n")
    sys.stdout.write(f"korgoo init: ready in {environment.data}; start it with `korgoo up`\n")
    return 0
