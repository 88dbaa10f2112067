"""Start the demonstration: a made-up town with yesterday behind it, going on live. Ctrl-C stops it."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from korgoo.conf.environment import Environment
    from korgoo.runtime.demo.card import Card
    from korgoo.runtime.demo.making import Maker

DATA: Final = "var/demo"
MOST_PEOPLE: Final = 5_000
FASTEST: Final = 120.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take how many people, which town, how fast, and where."""
    parser.add_argument("--people", type=read_people, help="how many made-up people (200)")
    parser.add_argument("--seed", type=int, help="which town (1)")
    parser.add_argument("--speed", type=read_speed, default=1.0, help="how fast its clock runs (1)")
    parser.add_argument("--reset", action="store_true", help="forget the demonstration that is there")
    parser.add_argument("--data", type=Path, default=Path(DATA), help=f"its data directory ({DATA})")


def read_people(text: str) -> int:
    """Read how many people are wanted."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_PEOPLE:
        raise argparse.ArgumentTypeError(f"must be a number from 1 to {MOST_PEOPLE}")
    return int(text)


def read_speed(text: str) -> float:
    """Read a speed: 1 is real time."""
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 1 <= speed <= FASTEST:
        raise argparse.ArgumentTypeError(f"must be a number from 1 to {FASTEST:g}")
    return speed


def say(text: str) -> None:
    """Say how far it is."""
    sys.stdout.write(f"korgoo demo: {text}\n")
    sys.stdout.flush()


def run(args: argparse.Namespace) -> int:
    """Run until Ctrl-C; 2 when the directory, the ports or the lock do not allow it."""
    began = time.monotonic()
    from korgoo.cli import complain
    from korgoo.conf.environment import EnvironmentInvalidError
    from korgoo.runtime.demo.card import NotADemoError
    from korgoo.runtime.demo.running import PortTakenError, choose_environment, require_free_ports
    from korgoo.runtime.installation import set_up_django
    from korgoo.runtime.supervision import AlreadyUpError, hold_lock

    os.environ.update(choose_environment(args.data.absolute()))
    try:
        from korgoo.runtime.demo.card import read_card

        read_card(args.data)  # before the lock's file is made: nothing appears in a foreign directory
        environment = set_up_django()
        with hold_lock(environment.data):
            require_free_ports(environment)
            return _run_locked(args, environment, began=began)
    except (NotADemoError, AlreadyUpError, PortTakenError, EnvironmentInvalidError) as error:
        return complain("demo", str(error))


def _run_locked(args: argparse.Namespace, environment: Environment, *, began: float) -> int:
    from korgoo.runtime.demo.making import read_real_clock
    from korgoo.runtime.demo.running import describe, read_demo_clock, resume_clock, run_demo, set_clock
    from korgoo.runtime.loops import StopRequest

    card, maker = _find_or_make(args, environment)
    resume_clock(environment.data, fitted_ms=maker.now_ms() if maker else read_real_clock())
    stop = StopRequest()
    stop.listen()

    def ready() -> None:
        if args.speed != 1:
            set_clock(environment.data, shown_ms=read_demo_clock(environment.data).now_ms(), speed=args.speed)
        block = describe(environment, card, seconds=time.monotonic() - began, fresh=maker is not None)
        sys.stdout.write(block + "\n")
        sys.stdout.flush()

    return run_demo(environment, stop, fed=bool(card.devices), when_ready=ready)


def _find_or_make(args: argparse.Namespace, environment: Environment) -> tuple[Card, Maker | None]:
    """Return the card, and who made the demonstration if it was made just now."""
    from korgoo.runtime.demo.card import read_card
    from korgoo.runtime.demo.making import Maker
    from korgoo.runtime.installation import prepare_installation

    card = read_card(environment.data)
    if card is not None and card.driven_ms and not args.reset:
        if (args.people or card.people, args.seed or card.seed) != (card.people, card.seed):
            say(f"going on with {card.people} people of town {card.seed}; --reset makes another")
        prepare_installation(environment)
        return card, None
    if card is not None and not args.reset:
        say("the first start was cut off; beginning anew")
    maker = Maker(environment, say=say)
    return maker.make(seed=args.seed or 1, people=args.people or 200), maker
