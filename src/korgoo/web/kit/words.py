"""Words for the codes of records, in one place, so that one thing has one name on every page."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from korgoo.accounts.permissions import Role
from korgoo.alerts.lifecycle import Cause, State
from korgoo.alerts.lifecycle import Step as AlertStep
from korgoo.replay.audience import Audience

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

ROLES: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {
        Role.OPERATOR: _("operator"),
        Role.SHIFT_HEAD: _("head of the shift"),
        Role.PROBATION_OFFICER: _("probation officer"),
        Role.POLICE_DUTY: _("police duty officer"),
        Role.POLICE_UNIT: _("police unit"),
        Role.JUDGE: _("judge or court clerk"),
        Role.PROSECUTOR: _("prosecutor"),
        Role.DEFENCE_LAWYER: _("defence lawyer"),
        Role.REPRESENTATIVE: _("representative"),
        Role.TECHNICIAN: _("technician"),
        Role.ANALYST: _("analyst"),
        Role.OMBUDSMAN: _("ombudsman"),
        Role.ADMINISTRATOR: _("administrator"),
    }
)

AUDIENCES: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {
        Audience.CENTRE: _("the centre itself"),
        Audience.POLICE: _("a police unit"),
        Audience.COURT: _("the court"),
        Audience.PARTICIPANT: _("the participant and his side"),
        Audience.PROTECTED: _("the protected person"),
    }
)

LANGUAGE_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {"ky": "Кыргызча", "ru": "Русский", "kk": "Қазақша", "en": "English"}
)
"""Each language in itself: who looks for his own need not read another."""

PROFILES: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {"sealed": _("sealed, for the court only"), "disclosed": _("disclosed")}
)

LEVELS: Final[Mapping[int, _StrPromise]] = MappingProxyType(
    {1: _("life at risk"), 2: _("urgent"), 3: _("this hour"), 4: _("notice")}
)

STATES: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {
        State.NEW: _("new, nobody has it"),
        State.REOPENED: _("reopened, nobody has it"),
        State.ACKNOWLEDGED: _("taken"),
        State.VERIFYING: _("being verified"),
        State.CLOSED: _("closed"),
    }
)

CAUSES: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {
        Cause.REAL_BREACH: _("real breach"),
        Cause.AUTHORISED: _("authorised absence"),
        Cause.EXCUSED: _("excused (illness, accident)"),
        Cause.DEVICE_FAULT: _("fault of the device"),
        Cause.COVERAGE: _("no mobile coverage"),
        Cause.GNSS_ERROR: _("wrong position (GNSS)"),
        Cause.CHARGING: _("not charged in time"),
        Cause.OPERATOR_ERROR: _("mistake of ours"),
        Cause.TEST: _("test"),
        Cause.UNKNOWN: _("could not be found out"),
        Cause.ENDED: _("ended by itself (notice)"),
    }
)

ACTIONS: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {
        "opened": _("alert opened"),
        "raised": _("raised: new again"),
        "updated": _("news from the engine"),
        "closed": _("the engine saw it end"),
        "annulled": _("annulled by later data"),
        "corrected": _("corrected by later data"),
        "returned": _("it still stands: new again"),
        "overdue": _("deadline passed, next rung told"),
        "note": _("note"),
        AlertStep.ACKNOWLEDGE: _("took the alert"),
        AlertStep.TAKE_OVER: _("took the alert over"),
        AlertStep.VERIFY: _("began to verify"),
        AlertStep.CLOSE: _("closed the alert"),
    }
)

REGIMES: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {
        "kg.protection_order": _("protection order (KG)"),
        "kg.temporary_protection_order": _("temporary protection order (KG)"),
        "kg.probation_supervision": _("probation supervision (KG)"),
        "kg.pretrial_observation": _("pre-trial observation (KG)"),
        "kz.protection_order": _("protection order (KZ)"),
        "kz.probation_supervision": _("probation supervision (KZ)"),
    }
)

ORDER_STATES: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {"draft": _("draft, not signed"), "signed": _("in force"), "ended": _("ended")}
)

PERSON_KINDS: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {"participant": _("participant"), "protected": _("protected person")}
)

DEVICE_KINDS: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {"phone": _("phone"), "bracelet": _("bracelet"), "home_unit": _("home unit")}
)

COMMAND_STATES: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {
        "queued": _("waits for the device"),
        "delivered": _("told to the device"),
        "acknowledged": _("done"),
        "failed": _("failed"),
        "expired": _("expired"),
    }
)

COMMAND_NAMES: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {
        "locate": _("say where you are now"),
        "message": _("show a message"),
        "interval": _("report more or less often"),
    }
)

COMMAND_OUTCOMES: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {
        "honoured": _("does as asked"),
        "ignored": _("does not do it"),
        "impossible": _("could not be told"),
    }
)

ZONE_KINDS: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {"inclusion": _("stay inside"), "exclusion": _("keep out")}
)

DAYS: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {
        "mo": _("Mon"),
        "tu": _("Tue"),
        "we": _("Wed"),
        "th": _("Thu"),
        "fr": _("Fri"),
        "sa": _("Sat"),
        "su": _("Sun"),
    }
)

FINDING_STATES: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {"open": _("goes on"), "closed": _("over"), "annulled": _("annulled")}
)

SIDES: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {
        "participant": _("the participant"),
        "protected": _("the protected person"),
        "both": _("both"),
        "neither": _("neither, as far as can be told"),
    }
)

UNREAD: Final[Mapping[str, _StrPromise]] = MappingProxyType(
    {
        "content_type": _("another content type than the format has"),
        "decoder_failed": _("a fault of ours: tell the makers"),
        "encrypted": _("encrypted: switch the payload's encryption off in the app"),
        "incomplete": _("a part of the position is missing"),
        "malformed": _("broken off or garbled"),
        "missing": _("something needed is missing"),
        "not_a_number": _("a number that is none"),
        "not_a_time": _("a time that is none"),
        "out_of_range": _("a value that cannot be"),
        "too_large": _("too large"),
        "too_many": _("too many items"),
        "wrong_shape": _("other fields than the format has"),
    }
)
"""Why a message lies in quarantine: reasons of the gateway's decoders."""

TABLES: Final[Mapping[str, Mapping[Any, _StrPromise | str]]] = MappingProxyType(
    {
        "role": ROLES,
        "unread": UNREAD,
        "level": LEVELS,
        "state": STATES,
        "cause": CAUSES,
        "action": ACTIONS,
        "regime": REGIMES,
        "order_state": ORDER_STATES,
        "person_kind": PERSON_KINDS,
        "device_kind": DEVICE_KINDS,
        "command_state": COMMAND_STATES,
        "command": COMMAND_NAMES,
        "command_outcome": COMMAND_OUTCOMES,
        "zone_kind": ZONE_KINDS,
        "day": DAYS,
        "side": SIDES,
        "finding_state": FINDING_STATES,
        "profile": PROFILES,
        "language": LANGUAGE_NAMES,
    }
)
"""What the template filter `word` knows: `{{ alert.state|word:"state" }}`."""
