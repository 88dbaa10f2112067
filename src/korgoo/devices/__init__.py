"""Devices, who carries them under which order, their credentials and commands."""
