"""The town of all stories about the simulator."""

from tests.towns import people, script, town

__all__ = ["people", "script", "town"]
