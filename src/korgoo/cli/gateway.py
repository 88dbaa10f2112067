"""Take device traffic until SIGTERM or Ctrl-C: credential, admission, journal, answer. docs/operations.md."""

import argparse
import sys

from korgoo.cli import complain
from korgoo.conf.clock import Clock, ClockInvalidError
from korgoo.conf.environment import Environment, EnvironmentInvalidError, read_environment
from korgoo.conf.log_clock import LogClock
from korgoo.gateway.forwarders import FORWARDERS_FILE, read_forwarders
from korgoo.gateway.quarantine import QuarantineError
from korgoo.gateway.server import run_gateway
from korgoo.gateway.settings import GatewaySettings
from korgoo.gateway.writer import WriterLimits
from korgoo.journal.appender import Appender
from korgoo.journal.errors import StorageError
from korgoo.journal.opening import locate_journal
from korgoo.runtime.demo.fast_time import BridgedJournal, ShownClock

RECORDS_FILE = "korgoo.db"
DEMO_IDLE_S = 0.05
"""A demonstration's clock runs up to 120 times as fast: marks must still lie less than 10 s apart."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes: nothing, the environment says it all."""
    del parser


def run(args: argparse.Namespace) -> int:
    """Open the journal and serve."""
    del args
    try:
        environment = read_environment()
        environment.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        journal = Appender(locate_journal(environment))
    except EnvironmentInvalidError as error:
        return complain("gateway", str(error))
    except (StorageError, OSError) as error:
        sys.stderr.write(f"korgoo gateway: the journal cannot be opened: {error}\n")
        return 1
    try:
        clock = make_log_clock(environment, not_before_ms=journal.head().log_at_ms)
        kept = BridgedJournal(journal) if environment.demo else journal
        run_gateway(read_settings(environment), journal=kept, clock=clock)
    except (ClockInvalidError, ValueError) as error:
        return complain("gateway", str(error))
    except (StorageError, QuarantineError, OSError) as error:
        sys.stderr.write(f"korgoo gateway: {error}\n")
        return 1
    finally:
        journal.close()
    return 0


def make_log_clock(environment: Environment, *, not_before_ms: int) -> LogClock | ShownClock:
    """Return the clock of this installation's journal. A demonstration's may be set and fast."""
    shown = Clock(data=environment.data, demo=environment.demo)
    if environment.demo:
        return ShownClock(shown.now_ms, not_before_ms=not_before_ms)
    return LogClock(shown.now_ms, speed=lambda: shown.demo.speed, not_before_ms=not_before_ms)


def read_settings(environment: Environment) -> GatewaySettings:
    """Return where the gateway listens, what it keeps where, and whom it believes.

    Raises:
        ForwardersError: the list of forwarders cannot be read.
    """
    database = environment.database
    return GatewaySettings(
        records_url=str(environment.data / RECORDS_FILE) if database is None else database.url,
        quarantine_path=environment.data / "quarantine.db",
        quarantine_key_path=environment.data / "quarantine.key",
        host=environment.host,
        port=environment.gateway_port,
        tls_certificate=environment.tls_certificate,
        tls_key=environment.tls_key,
        forwarders=read_forwarders(environment.data / FORWARDERS_FILE),
        trusted_proxies=environment.trusted_proxies,
        writer=WriterLimits(idle_s=DEMO_IDLE_S) if environment.demo else WriterLimits(),
    )
