"""What services refuse, in the reader's language.

Services say why in English sentences, which are also the keys of the catalogue; the few with a number or a
name in them are matched by pattern. A sentence that nobody has translated is shown as it is.
"""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as mark

_PATTERNS: Final = tuple(
    (re.compile(pattern), template)
    for pattern, template in (
        (
            r"alert (?P<id>\d+) was changed in between",
            mark("Somebody has just changed this alert. Look again."),
        ),
        (
            r"an alert that is (?P<state>\w+) cannot be changed by (?P<step>\w+)",
            mark("Somebody was faster: this step is no longer possible. Look again."),
        ),
        (
            r"an order that is (?P<state>\w+) cannot be changed by (?P<step>\w+)",
            mark("The order has ended or was withdrawn: this step is no longer possible."),
        ),
        (
            r"inspect the device first: (?P<kinds>.+)",
            mark("Inspect the device first: record the inspection."),
        ),
        (r"this regime lasts (?P<days>\d+) days at most", mark("This regime lasts %(days)s days at most.")),
        (
            r"a (?P<country>\w+) number has (?P<digits>\d+) digits",
            mark("A number of %(country)s has %(digits)s digits."),
        ),
        (
            r"such a text has (?P<most>\d+) printable characters at most",
            mark("At most %(most)s printable characters."),
        ),
        (
            r"today's engine finds this otherwise than it was recorded.+",
            mark(
                "Today's engine judges this finding otherwise than it was recorded. The technician hands it"
                " out with korgoo evidence of the version that judged then."
            ),
        ),
        (
            r"nothing of this finding may be shown to the participant's side.+",
            mark("Nothing of this finding may be shown to the participant's side. Ask for a sealed bundle."),
        ),
        (
            r"this finding is the protected person's own.+",
            mark("This finding is the protected person's own. Ask for a sealed bundle."),
        ),
        (
            r"it was interrupted three times.+",
            mark("It was interrupted three times. Tell the technician: the log of the worker says why."),
        ),
        (
            r"rows of \S+ were erased|what it rests on is destroyed.+",
            mark("What it rests on was destroyed under a certificate."),
        ),
        (
            r"the key of (?P<court>.+) was taken away or changed since: ask again",
            mark("The key of %(court)s was taken away or changed since. Choose a key and ask again."),
        ),
        (
            r"there is no journal yet.+",
            mark("The journal cannot be read. Tell the technician, then ask again."),
        ),
        (r"a command is one of .+", mark("This command is not known.")),
        (r"an order has (?P<most>\d+) conditions at most", mark("An order has %(most)s conditions at most.")),
        (
            r"the distance is (?P<least>\d+) to (?P<most>\d+) m",
            mark("The distance is %(least)s to %(most)s m."),
        ),
        (r"a distance has (?P<most>\d+) places at most", mark("A distance has %(most)s places at most.")),
        (
            r"a place has a name of (?P<most>\d+) characters at most",
            mark("A place has a name of %(most)s characters at most."),
        ),
        (
            r"a circle lies on the earth; its radius is (?P<least>\d+) to (?P<most>\d+) m",
            mark("A circle lies on the earth; its radius is %(least)s to %(most)s m."),
        ),
    )
)
_KEYED: Final = re.compile(r"(?P<key>[a-z0-9][a-z0-9_-]{0,39}): (?P<rest>.+)", re.DOTALL)


def translate_problem(problem: Exception | str) -> str:
    """Return a refusal of a service in the language of the page."""
    return _finish(_translate(str(problem)))


def translate_problems(error: Exception) -> list[str]:
    """Return every reason of an error, of one that carries `problems` each."""
    problems: tuple[str, ...] = getattr(error, "problems", (str(error),))
    return [_finish(_translate(problem)) for problem in problems]


def _finish(text: str) -> str:
    """Write a sentence as a sentence: services leave out the capital and the full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _translate(text: str) -> str:
    for pattern, template in _PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            return gettext(template) % found.groupdict()
    keyed = _KEYED.fullmatch(text)
    if keyed:
        return f"{keyed['key']}: {_translate(keyed['rest'])}"
    return gettext(text)
