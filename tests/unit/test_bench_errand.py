"""The gateway's bench says what failed, not only how much."""

from collections import Counter

from bench.parts.errand import Errand, describe_failures

from korgoo.sim.traffic import Request

ASKED = Request(b"", (1, 2, 3))


def test_what_was_stored_counts_as_fixes_and_what_failed_has_a_name() -> None:
    errand = Errand([ASKED], ends=0.0)
    errand.answered(ASKED, status=200, seconds=0.1)
    for refusal in (b'{"error":"queue_full"}', b'{"error":"queue_full"}', b"", b"[]", b"<html>"):
        errand.answered(ASKED, status=503, seconds=0.1, refusal=refusal)
    errand.unanswered(ASKED, why="ConnectionResetError")
    assert errand.fixes == 3
    assert len(errand.seconds) == 6
    assert errand.failures == {"503 queue_full": 2, "503": 3, "ConnectionResetError": 1}


def test_the_most_frequent_failure_is_told_first() -> None:
    found = Counter({"503 closing": 1, "503 queue_full": 1_200})
    assert describe_failures(found) == "503 queue_full: 1,200, 503 closing: 1"
    assert not describe_failures(Counter())
