# The beacon of a neighbour's unit is no place
zone home inclusion 50 m
20:00-20:30 at home, noise 6 m
20:30-21:00 status, beacon neighbour
expect 20:42 position.lost opened no_position since 20:29:00
