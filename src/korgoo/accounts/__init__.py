"""Staff, agencies and territorial offices; who may do what, and whose data he may see."""
