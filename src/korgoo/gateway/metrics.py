"""What /metrics shows: counts and times, labels from closed sets, nothing about a person or a place."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_COMMIT_SECONDS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class _Tally(Collector):
    """A labelled counter of one thread, for what is counted with each request.

    The library's own takes a lock and four calls to count by one.
    """

    def __init__(self, name: str, told: str, labels: Sequence[str]) -> None:
        self._said = (name, told, labels)
        self._counts: dict[tuple[str | int, ...], int] = {}

    def count(self, labels: tuple[str | int, ...], by: int) -> None:
        counts = self._counts
        counts[labels] = counts.get(labels, 0) + by

    def collect(self) -> Iterable[CounterMetricFamily]:
        name, told, labels = self._said
        family = CounterMetricFamily(name, told, labels=labels)
        for values, number in self._counts.items():
            family.add_metric([str(one) for one in values], number)
        return [family]


class Metrics:
    """The gateway's instruments in a collector registry of their own."""

    def __init__(self) -> None:
        self.collectors = CollectorRegistry()
        counter = partial(Counter, registry=self.collectors)
        gauge = partial(Gauge, registry=self.collectors)
        self._answers = _Tally("korgoo_gateway_requests", "Requests answered", ["format", "status"])
        self._stored = _Tally("korgoo_gateway_observations_stored", "Observations committed", ["format"])
        for tally in (self._answers, self._stored):
            self.collectors.register(tally)
        self.dropped = counter(
            "korgoo_gateway_observations_dropped", "Observations the law forbids to keep", ["reason"]
        )
        self.refused = counter("korgoo_gateway_items_refused", "Items refused as wrong", ["error"])
        self.ignored = counter("korgoo_gateway_messages_ignored", "Messages of no concern", ["what"])
        self.quarantined = counter("korgoo_gateway_quarantined", "Messages put into quarantine", ["reason"])
        self.undecodable = counter(
            "korgoo_gateway_undecodable", "Messages that could not be read", ["reason"]
        )
        self.decoder_errors = counter("korgoo_gateway_decoder_errors", "Decoders that raised", ["format"])
        self.limited = counter("korgoo_gateway_limited", "Requests over a limit", ["by"])
        self.unauthorised = counter("korgoo_gateway_unauthorised", "Unknown or wrong credentials")
        self.commits = Histogram(
            "korgoo_gateway_commit_seconds",
            "Time of a commit group",
            buckets=_COMMIT_SECONDS,
            registry=self.collectors,
        )
        self.commit_rows = counter("korgoo_gateway_committed_rows", "Rows committed")
        self.storage_failures = counter("korgoo_gateway_storage_failures", "Commit groups that failed")
        self.queue_rows = gauge("korgoo_gateway_queue_rows", "Rows waiting for a commit")
        self.queue_bytes = gauge("korgoo_gateway_queue_bytes", "Bytes waiting for a commit")
        self.inbox_applied = counter("korgoo_gateway_inbox_applied", "Control rows journalled")
        self.inbox_refused = counter("korgoo_gateway_inbox_refused", "Control rows that cannot be read")
        self.inbox_failures = counter("korgoo_gateway_inbox_failures", "Inbox reads that failed")
        self.commands = counter("korgoo_gateway_commands", "Commands to devices", ["state"])
        self.loop_errors = counter("korgoo_gateway_unexpected_errors", "Errors nobody foresaw", ["where"])

    def count_answer(self, name: str, status: int) -> None:
        """Count one answered request; in the event loop only."""
        self._answers.count((name, status), 1)

    def count_stored(self, name: str, count: int) -> None:
        """Count observations that were committed; in the event loop only."""
        self._stored.count((name,), count)

    def render(self) -> bytes:
        """Return the text exposition format."""
        return generate_latest(self.collectors)
