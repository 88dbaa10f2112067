"""Settings from the environment, typed once; the list of processes."""
