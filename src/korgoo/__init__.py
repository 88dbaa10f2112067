"""Korgoo: electronic monitoring and protection, from the device's fix to a person's decision."""

__version__ = "0.1.0"
