# He rides up and down the same streets, outside the ring but near it
pair 300 m
10:00-10:32 she at home, noise 8 m
10:00-10:04 walk 700 m east to 1500 m east, motion cycling, every 30 s
10:04-10:08 walk 1500 m east to 700 m east, motion cycling, every 30 s
10:08-10:12 walk 700 m east to 1500 m east, motion cycling, every 30 s
10:12-10:16 walk 1500 m east to 700 m east, motion cycling, every 30 s
10:16-10:20 walk 700 m east to 1500 m east, motion cycling, every 30 s
10:20-10:24 walk 1500 m east to 700 m east, motion cycling, every 30 s
10:24-10:28 walk 700 m east to 1500 m east, motion cycling, every 30 s
10:28-10:32 walk 1500 m east to 700 m east, motion cycling, every 30 s
expect 10:21 pair.probing opened probing_search since 10:00:00 until 10:21:30
