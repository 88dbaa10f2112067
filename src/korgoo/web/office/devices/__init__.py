"""Devices: list, issue, secrets, commands."""
