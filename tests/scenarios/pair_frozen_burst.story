# Three wrong fixes within ten seconds are one observation
pair 300 m
10:00-10:30 she at home, noise 8 m
10:00-10:15 at 2 km east, noise 8 m
10:15:00-10:15:09 at home, every 3 s
10:15:40-10:30 at 2 km east, noise 8 m
expect nothing
