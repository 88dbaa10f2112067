"""What every page shares: the gate, the clock, sign-in, error pages, words."""
