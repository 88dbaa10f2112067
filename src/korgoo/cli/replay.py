"""Play a recording into the demonstration: FIXES.csv, OwnTracks .rec, GPX or NMEA. Ctrl-C stops it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from korgoo.cli import complain
from korgoo.cli.demo import DATA, read_speed

if TYPE_CHECKING:
    import argparse

    from korgoo.conf.environment import Environment
    from korgoo.runtime.demo.recordings import Recordings
    from korgoo.runtime.loops import StopRequest

REPLAYS = "replays"
"""Directory with the lock of the one replay that may set the clock's speed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the file, how fast, whom of it, and which demonstration."""
    parser.add_argument("file", type=Path, help="the recording; its ending names the format")
    parser.add_argument("--speed", type=read_speed, default=60.0, help="how fast it plays (60)")
    parser.add_argument("--person", metavar="NAME", help="play only this person of the file")
    parser.add_argument("--data", type=Path, default=Path(DATA), help=f"the demonstration ({DATA})")


def say(text: str) -> None:
    """Say how far it is."""
    sys.stdout.write(f"korgoo replay: {text}\n")
    sys.stdout.flush()


def run(args: argparse.Namespace) -> int:
    """Play it; 2 where file or demonstration cannot be used. Starts the demonstration if it is not up."""
    from korgoo.runtime.demo.card import NotADemoError
    from korgoo.runtime.demo.recordings import RecordingInvalidError, read_recordings
    from korgoo.runtime.demo.running import PortTakenError

    try:
        recordings = read_recordings(args.file)
        if args.person is not None:
            if args.person not in recordings:
                names = ", ".join(sorted(recordings)[:20])
                return complain("replay", f"{args.file.name} has no person {args.person!r}; it has {names}")
            recordings = {args.person: recordings[args.person]}
        return _play_into(args, recordings)
    except (RecordingInvalidError, NotADemoError, PortTakenError) as error:
        return complain("replay", str(error))


def _play_into(args: argparse.Namespace, recordings: Recordings) -> int:
    """Play into the demonstration that is up, or start it first and keep it up afterwards."""
    from korgoo.runtime.demo.card import read_card
    from korgoo.runtime.demo.running import choose_environment
    from korgoo.runtime.installation import set_up_django
    from korgoo.runtime.loops import StopRequest
    from korgoo.runtime.supervision import AlreadyUpError, hold_lock

    os.environ.update(choose_environment(args.data.absolute()))
    read_card(args.data)
    environment = set_up_django()
    stop = StopRequest()
    try:
        with hold_lock(environment.data):
            return _start_and_play(args, environment, recordings, stop)
    except AlreadyUpError:
        stop.listen()
    try:
        with hold_lock(environment.data / REPLAYS):
            play(args, environment, recordings, stop)
    except AlreadyUpError:
        return complain("replay", "another recording plays; wait for its end, or stop it")
    return 0


def _start_and_play(
    args: argparse.Namespace, environment: Environment, recordings: Recordings, stop: StopRequest
) -> int:
    from korgoo.runtime.demo.card import read_card
    from korgoo.runtime.demo.making import Maker, read_real_clock
    from korgoo.runtime.demo.running import describe, require_free_ports, resume_clock, run_demo
    from korgoo.runtime.installation import prepare_installation
    from korgoo.runtime.supervision import AlreadyUpError, hold_lock

    began = time.monotonic()
    require_free_ports(environment)
    card = read_card(environment.data)
    if card is None or not card.driven_ms:
        maker = Maker(environment, say=say)
        card = maker.make(seed=1, people=0, history_ms=0)
        resume_clock(environment.data, fitted_ms=maker.now_ms())
    else:
        prepare_installation(environment)
        resume_clock(environment.data, fitted_ms=read_real_clock())
    stop.listen()

    def ready() -> None:
        sys.stdout.write(describe(environment, card, seconds=time.monotonic() - began, fresh=False) + "\n")
        sys.stdout.flush()
        try:
            with hold_lock(environment.data / REPLAYS):
                play(args, environment, recordings, stop)
        except AlreadyUpError:
            say("another recording plays; this one does not")

    return run_demo(environment, stop, fed=bool(card.devices), when_ready=ready)


def play(
    args: argparse.Namespace, environment: Environment, recordings: Recordings, stop: StopRequest
) -> None:
    """Enrol the recorded people and play them at the clock's speed, which is 1 again afterwards."""
    from korgoo.runtime.demo.feeder import Feeder
    from korgoo.runtime.demo.replaying import LEAD_MS, enrol, told_from
    from korgoo.runtime.demo.running import read_demo_clock, set_clock

    clock = read_demo_clock(environment.data)
    players = enrol(recordings, owntracks=args.file.suffix == ".rec", now_ms=clock.now_ms())
    count = sum(len(player.seen) for player in players)
    span_ms = max(player.seen[-1].received_at_ms for player in players) - min(
        player.seen[0].received_at_ms for player in players
    )
    minutes = span_ms / 60_000 / args.speed
    say(f"{count:,} observations of {len(players)} people, {minutes:.1f} minutes at {args.speed:g} x")
    feeder = Feeder(environment.gateway_port, clock=clock, stop=stop)
    stop.wait(LEAD_MS / 1000)
    set_clock(environment.data, shown_ms=clock.now_ms(), speed=args.speed)
    try:
        feeder.play(told_from(players, begin_ms=clock.now_ms()))
    finally:
        set_clock(environment.data, shown_ms=clock.now_ms(), speed=1.0)
    sent, refused = (sum(getattr(line, name) for line in feeder.lines) for name in ("sent", "refused"))
    say(f"played: {sent:,} messages taken, {refused:,} refused")
