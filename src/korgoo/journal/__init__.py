"""The append-only, sealed, hash-chained log of everything that can change a judgement.

`protocol` says what a journal does, `record` what a row is; `sqlite` and `postgres` store it;
`composition` gives seq, log time, marks, seal and link; `sealing` holds the keys; `verification` walks it.
"""
