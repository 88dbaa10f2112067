"""The simulator: a made-up small town whose people, days, devices and noise are all a function of one seed.

The parts, in the order in which they are used:

`chance` (numbers by key and index) -> `plane`, `areas`, `streets`, `town` (the ground) -> `people` ->
`itinerary` and `incidents`, woven together by `days` (where everybody truly is) -> `truth` (what a perfect
judge would say) and, beside it, `noise` -> `providers`, `battery` -> `samples` -> `observations` (what the
devices tell). `tracks` makes single tracks for tuning, `files` what `korgoo backtest` reads, `fit` compares.

Nothing here reads a clock, keeps state between days or calls a function whose last bits differ between
machines: see docs/adr/0050-simulator-determinism.md for what is guaranteed. Nothing here is real: no street,
no person, no recording.
"""
