"""An alert's findings explained to one reader, to be printed: cut by the one table of audiences."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.shortcuts import render

from korgoo.alerts.selectors import get_alert_for, list_alert_findings
from korgoo.audit.services import Subject
from korgoo.monitoring.selectors import list_events
from korgoo.orders.selectors import list_pair_plans
from korgoo.people.models import Person
from korgoo.replay.audience import Audience, Parties
from korgoo.replay.telling import tell
from korgoo.replay.texts import LANGUAGES
from korgoo.web.console.alerts.findings import reader_language, write_line
from korgoo.web.kit.answers import record_or_404
from korgoo.web.kit.clock import read_clock
from korgoo.web.kit.reads import note_read
from korgoo.web.kit.words import AUDIENCES, LANGUAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse

    from korgoo.accounts.models import User
    from korgoo.monitoring.models import FindingRecord


def show_explanation(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Show every finding of an alert in the words for one reader; for whom is written down."""
    user = cast("User", request.user)
    with record_or_404():
        alert = get_alert_for(user, alert_id)
    wanted, lang = request.GET.get("for", ""), request.GET.get("lang", "")
    audience = Audience(wanted) if wanted in set(Audience) else Audience.CENTRE
    lang = lang if lang in LANGUAGES else reader_language()
    records = list(list_alert_findings(user, alert_id=alert.pk).select_related("person"))
    # Where the rings are cut out of the words, the number of equal texts tells how many he crossed.
    texts = list(
        dict.fromkeys(text for record in records for text in _tell(user, record, audience, lang=lang))
    )
    subject = Subject("person", alert.person_id) if alert.person_id else Subject("alert", alert.pk)
    note_read(subject, reader=user, reason=f"alert {alert.pk}, explained to {audience}", now=read_clock())
    context = {
        "alert": alert,
        "texts": texts,
        "audience": audience,
        "lang": lang,
        "audiences": [(code, AUDIENCES[code]) for code in Audience],
        "languages": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
    }
    return render(request, "console/alerts/explanation.html", context)


def _tell(user: User, record: FindingRecord, audience: Audience, *, lang: str) -> Iterator[str]:
    """Yield each event of a finding in words, as far as this reader may be told of it."""
    subject = record.person.full_name if record.person else "—"
    parties = _find_parties(record, subject)
    # By which plan and parameters it was judged is proved by a bundle only, which derives it again.
    for event in list_events(user, finding_ids=[record.pk]):
        line = write_line(record, event, subject=subject)
        tz = settings.KORGOO_TIME_ZONE
        told = tell(line, audience, lang=lang, tz=tz, parties=parties)
        if told is not None:
            yield told


def _find_parties(record: FindingRecord, subject: str) -> Parties:
    """Return who is protected in this finding, and whether the orders hide anything from the participant."""
    protected = record.person is not None and record.person.kind == Person.Kind.PROTECTED
    plans = [] if record.case_id is None else list_pair_plans(record.case_id)
    return Parties.of_plans(plans, protected=[subject] if protected else [])
