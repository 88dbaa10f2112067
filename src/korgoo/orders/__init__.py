"""Orders, their versions, conditions, zones and permits, and the plans compiled from them."""
