"""Properties are tried as long as it takes: no example fails because the machine is busy."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("patient", deadline=None)
if settings.get_current_profile_name() == "default":  # `korgoo mutate` has its own
    settings.load_profile("patient")
