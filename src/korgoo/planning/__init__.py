"""Compiles what an order says into the engine's plan: the only user of a time-zone database."""
