"""Evidence: findings of an order handed out as bundles, sealed for a court or disclosed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from korgoo.audit.services import Subject
from korgoo.monitoring.evidence_bundles import (
    LONGEST_REASON,
    EvidenceRefusedError,
    ask_bundle,
    hand_out_bundle,
    list_bundles,
    list_evidence_findings,
)
from korgoo.monitoring.models import EvidenceBundle
from korgoo.orders.selectors import get_order_for
from korgoo.runtime.bundle_making import locate_bundle
from korgoo.runtime.court_keys import list_court_keys
from korgoo.web.console.alerts.findings import name_kind
from korgoo.web.kit.actors import name_actors
from korgoo.web.kit.answers import record_or_404
from korgoo.web.kit.clock import read_clock
from korgoo.web.kit.problems import translate_problem
from korgoo.web.kit.reads import note_read, note_watching
from korgoo.web.kit.times import local
from korgoo.web.kit.words import FINDING_STATES

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

    from korgoo.accounts.models import User
    from korgoo.monitoring.models import FindingRecord
    from korgoo.orders.models import Order
    from korgoo.runtime.court_keys import CourtKey

_MOST_FINDINGS: Final = 500
_MOST_BUNDLES: Final = 50
_OPEN: Final = (EvidenceBundle.State.WAITING, EvidenceBundle.State.RUNNING)


class EvidenceForm(forms.Form):
    """Which finding, what of it, for whom, and why."""

    finding = forms.ChoiceField(label=_("Finding"))
    profile = forms.ChoiceField(
        label=_("What the bundle shows"),
        choices=(
            (EvidenceBundle.Profile.SEALED, _("Sealed: everything, but only the court can open it")),
            (EvidenceBundle.Profile.DISCLOSED, _("Disclosed: what the participant and his side may read")),
        ),
        widget=forms.RadioSelect,
    )
    court = forms.ChoiceField(
        label=_("Key of the court, for a sealed one"),
        required=False,
        help_text=_("Compare the digits with those that the court has published."),
    )
    reason = forms.CharField(
        label=_("Why it is handed out, and to whom"),
        max_length=LONGEST_REASON,
        help_text=_("Number of the case or request, name of who receives it. It stays in the record."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        findings: list[FindingRecord],
        courts: list[CourtKey],
        chosen: str = "",
    ) -> None:
        """Offer the findings of the order and the keys of this installation."""
        super().__init__(data, initial={"finding": chosen})
        fields: dict[str, Any] = self.fields
        fields["finding"].choices = [("", _("choose")), *((item.pk, describe(item)) for item in findings)]
        fields["court"].choices = [
            ("", _("choose")),
            *((court.name, f"{court.name} ({court.fingerprint})") for court in courts),
        ]


def describe(finding: FindingRecord) -> str:
    """Return a finding in one line: what, since when, how it stands."""
    state = FINDING_STATES.get(finding.state, finding.state)
    return f"{name_kind(finding.kind)}, {local(finding.since, 'short')}, {state}"


def show_evidence(request: HttpRequest, order_id: int) -> HttpResponse:
    """Show what was handed out of an order, and the form; POST asks for a bundle."""
    user, now = cast("User", request.user), read_clock()
    with record_or_404():
        order = get_order_for(user, order_id)
    subject = Subject("person", order.person_id)
    reason = f"evidence of order {order.pk}, {user.role}"
    if request.headers.get("HX-Request") and request.method != "POST":
        note_watching(subject, reader=user, reason=reason, now=now)
        return render(request, "office/evidence/_bundles.html", _tell_bundles(user, order))
    courts = list_court_keys(settings.ENVIRONMENT)
    findings = list(list_evidence_findings(user, order=order)[:_MOST_FINDINGS])
    form = EvidenceForm(
        request.POST or None,
        findings=findings,
        courts=courts,
        chosen=request.GET.get("finding", ""),
    )
    if request.method == "POST" and form.is_valid() and _ask(user, order, form, courts):
        messages.success(request, gettext("Asked for. It is made in the background and appears in the list."))
        return redirect("web:evidence", order_id=order.pk)
    note_read(subject, reader=user, reason=reason, now=now)  # also of a wrong form, which shows the page
    context = {
        **_tell_bundles(user, order),
        "form": form,
        "has_findings": bool(findings),
        "has_courts": bool(courts),
        "has_stamps": settings.ENVIRONMENT.tsa_url is not None,
    }
    return render(request, "office/evidence/list.html", context, status=422 if form.errors else 200)


def _ask(user: User, order: Order, form: EvidenceForm, courts: list[CourtKey]) -> bool:
    """Ask the service; a refusal goes into the form."""
    data = form.cleaned_data
    sealed = data["profile"] == EvidenceBundle.Profile.SEALED
    named = next(((item.name, item.fingerprint) for item in courts if item.name == data["court"]), None)
    try:
        ask_bundle(
            order,
            finding_id=data["finding"],
            profile=data["profile"],
            court=named if sealed else None,
            reason=data["reason"],
            actor=user,
            now=read_clock(),
        )
    except EvidenceRefusedError as error:
        form.add_error(None, translate_problem(error))
        return False
    return True


def download(request: HttpRequest, bundle_id: int) -> HttpResponse:
    """Hand a bundle out: first the trace, then the file, whose digest must be the one recorded."""
    user = cast("User", request.user)
    with record_or_404():
        bundles = EvidenceBundle.objects.visible_to(user).select_related("order__person__office")
        bundle = bundles.get(pk=bundle_id)
        get_order_for(user, bundle.order_id)
        list_bundles(user, order=bundle.order).get(pk=bundle.pk)
    try:
        content = locate_bundle(settings.ENVIRONMENT, bundle.pk).read_bytes()
    except OSError:
        content = b""
    try:
        if hashlib.sha256(content).hexdigest() != bundle.sha256:
            raise EvidenceRefusedError("this bundle is no longer kept: ask for it again")  # noqa: TRY301 - answered below
        hand_out_bundle(bundle, actor=user, now=read_clock())
    except EvidenceRefusedError as error:
        messages.error(request, translate_problem(error))
        return redirect("web:evidence", order_id=bundle.order_id)
    name = f"evidence-{bundle.order_id}-{bundle.pk}-{bundle.profile}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/zip", headers=headers)


def _tell_bundles(user: User, order: Order) -> dict[str, Any]:
    bundles = list(list_bundles(user, order=order)[:_MOST_BUNDLES])
    names = name_actors(bundle.asked_by for bundle in bundles)
    return {
        "order": order,
        "bundles": [
            {
                "bundle": bundle,
                "what": describe(bundle.finding),
                "who": names[bundle.asked_by],
                "problem": translate_problem(bundle.problem) if bundle.problem else "",
            }
            for bundle in bundles
        ],
        "waits": any(bundle.state in _OPEN for bundle in bundles),
        "now": read_clock(),
    }
