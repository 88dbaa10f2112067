"""The engine: decides what telemetry means.

Pure and deterministic: standard library, numpy, shapely and msgspec only; no I/O, no clock, no
time-zone database, no randomness. The same rows give the same findings, byte for byte, on another
machine and years later. The parts, in the order in which a row meets them:

`rows` (what the journal holds) -> `shard` (batches, screening, timers) -> `step` (one key, one row)
-> `lanes` (order, checkpoints, comparison) -> `judgement` (belief and conditions of the sorted lane)
and `rules` (device truth, silence, SOS: the log lane) -> `findings` (what comes out).
"""
