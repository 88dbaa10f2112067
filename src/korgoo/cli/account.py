"""Open offices and make accounts, in the name of an administrator.

Who may run this has the installation's files; the audit chain names the administrator given by --as.
"""

from __future__ import annotations

import getpass
import os
import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from korgoo.cli import complain

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from korgoo.accounts.models import User


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes; passwords come from the terminal or KORGOO_ACCOUNT_PASSWORD."""
    parser.add_argument("--as", dest="actor", metavar="EMAIL", help="the administrator (default: the first)")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    office = actions.add_parser("office", help="open an office")
    office.add_argument("address", metavar="AGENCY/OFFICE", help="such as probation/bishkek")
    office.add_argument("--name", required=True, help="its name, as pages show it")
    office.add_argument("--agency-name", default="", help="the agency's name, with its first office")
    office.add_argument("--under", metavar="AGENCY/OFFICE", help="the office above it; it sees all below")
    add = actions.add_parser("add", help="make an account")
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--role", required=True, help="such as operator, probation_officer, technician")
    add.add_argument("--name", required=True, help="the full name")
    add.add_argument("--office", metavar="AGENCY/OFFICE", help="whose data it sees, with all below")
    renew = actions.add_parser("password", help="give an account another password")
    renew.add_argument("email", metavar="EMAIL")
    actions.add_parser("end", help="end an account's access").add_argument("email", metavar="EMAIL")
    actions.add_parser("list", help="print offices and accounts")


def run(args: argparse.Namespace) -> int:
    """Do it; what cannot be done is told in a sentence."""
    from korgoo.runtime.installation import set_up_django

    environment = set_up_django()
    if not environment.data.is_dir():
        return complain(
            "account", f"there is no installation in {environment.data}; make one with korgoo init"
        )
    from django.conf import settings

    from korgoo.accounts.opening import find_administrator
    from korgoo.accounts.permissions import ForbiddenError
    from korgoo.accounts.services import AccountInvalidError

    try:
        actor = find_administrator(args.actor)
        if args.action == "list":
            _list()
        elif args.action == "office":
            _open_office(args, actor=actor, now=settings.KORGOO_CLOCK())
        else:
            _change_account(args, actor=actor, now=settings.KORGOO_CLOCK())
    except (AccountInvalidError, ForbiddenError) as error:
        return complain("account", str(error))
    return 0


def _open_office(args: argparse.Namespace, *, actor: User, now: datetime) -> None:
    from django.conf import settings

    from korgoo.accounts.opening import find_office, open_office_at

    opened = open_office_at(
        args.address,
        name=args.name,
        agency_name=args.agency_name,
        under=find_office(args.under) if args.under else None,
        valid_from=now.astimezone(ZoneInfo(settings.KORGOO_TIME_ZONE)).date(),
        actor=actor,
        now=now,
    )
    sys.stdout.write(f"korgoo account: {args.address} is open: {opened.name}\n")


def _change_account(args: argparse.Namespace, *, actor: User, now: datetime) -> None:
    from korgoo.accounts.models import User
    from korgoo.accounts.services import AccountInvalidError, change_password, deactivate_user

    if args.action == "add":
        _add_account(args, actor=actor, now=now)
        return
    user = User.objects.filter(email__iexact=args.email, is_active=True).first()
    if user is None:
        raise AccountInvalidError(f"there is no account {args.email}")
    if args.action == "end":
        deactivate_user(user, actor=actor, now=now)
        sys.stdout.write(f"korgoo account: {user.email} signs in no more\n")
    else:
        change_password(user, password=_ask_password(), actor=actor, now=now)
        sys.stdout.write(f"korgoo account: {user.email} has another password and is signed out everywhere\n")


def _ask_password() -> str:
    return os.environ.get("KORGOO_ACCOUNT_PASSWORD") or getpass.getpass("Password: ")


def _add_account(args: argparse.Namespace, *, actor: User, now: datetime) -> None:
    from korgoo.accounts.opening import find_office
    from korgoo.accounts.permissions import Role
    from korgoo.accounts.services import AccountInvalidError, create_user

    if args.role not in set(Role):
        raise AccountInvalidError(f"there is no role {args.role!r}; there are {', '.join(Role)}")
    office = find_office(args.office) if args.office else None
    if office is None and args.role != Role.ADMINISTRATOR:
        raise AccountInvalidError("without --office it would see nobody")
    user = create_user(
        args.email,
        password=_ask_password(),
        full_name=args.name,
        role=Role(args.role),
        office=office,
        actor=actor,
        now=now,
    )
    sys.stdout.write(f"korgoo account: {user.email} may sign in as {user.role}\n")


def _list() -> None:
    from korgoo.accounts.models import Office, User

    for office in Office.objects.filter(valid_until=None).select_related("agency").order_by("path"):
        indent = "  " * (office.path.count(".") - 1)
        sys.stdout.write(f"{indent}{office.agency.code}/{office.code}  {office.name}\n")
    for user in User.objects.filter(is_active=True).select_related("office__agency").order_by("pk"):
        where = f"{user.office.agency.code}/{user.office.code}" if user.office else "everywhere"
        sys.stdout.write(f"{user.email}  {user.role}  {where}  {user.full_name}\n")
