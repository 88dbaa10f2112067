"""Kinds of orders with their legal terms: data, because laws change.

Sources as far as read: Kyrgyz Republic, Law 63 of 27 Apr 2017 (temporary protection order, at most 30 days),
Law 214 of 15 Oct 2025 (bans with electronic observation up to 3 months), Law 2017 on probation; Republic of
Kazakhstan, protective order of the police, 30 days (term to be confirmed under Law 245-VIII).
The jurisdiction packs will carry this table.
"""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import Final, NamedTuple


class Regime(NamedTuple):
    """One kind of order. `longest` is its legal term; `protects` asks for a protected person."""

    code: str
    longest: timedelta
    protects: bool


REGIMES: Final = MappingProxyType(
    {
        regime.code: regime
        for regime in (
            Regime("kg.protection_order", timedelta(days=93), protects=True),
            Regime("kg.temporary_protection_order", timedelta(days=30), protects=True),
            Regime("kg.probation_supervision", timedelta(days=5 * 366), protects=False),
            Regime("kg.pretrial_observation", timedelta(days=366), protects=False),
            Regime("kz.protection_order", timedelta(days=30), protects=True),
            Regime("kz.probation_supervision", timedelta(days=5 * 366), protects=False),
        )
    }
)
