"""The append-only, sealed, hash-chained log of everything that can change a judgement."""
