"""Participants and protected persons."""
