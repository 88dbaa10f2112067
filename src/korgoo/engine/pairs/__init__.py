"""Pairs: is the participant nearer to the protected person than the order allows? Design section 5.4."""
