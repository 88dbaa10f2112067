"""Staged scenarios: short stories with knobs, each with what the devices told, the plan and the truth.

`still` (lying in a zone), `exits`, `nights`, `daily` (the town), `pairs`, `devices`, `clocks` and
`interference`. Everything is in memory and a function of the arguments; docs/simulation.md shows the calls.
"""
