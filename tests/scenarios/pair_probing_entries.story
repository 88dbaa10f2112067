# Three times within two hours he comes into the warning ring and goes again
pair 300 m
10:00-11:30 she at home, noise 8 m
10:00-10:05 walk 1500 m east to 450 m east
10:05-10:10 walk 450 m east to 1500 m east
10:10-10:20 at 1500 m east
10:20-10:25 walk 1500 m east to 450 m east
10:25-10:30 walk 450 m east to 1500 m east
10:30-10:40 at 1500 m east
10:40-10:45 walk 1500 m east to 450 m east
10:45-10:50 walk 450 m east to 1500 m east
10:50-11:30 at 1500 m east
expect 10:05 proximity.warning opened approached since 10:05:00
expect 10:07 proximity.warning updated receded since 10:05:00
expect 10:11 proximity.warning closed parted since 10:05:00 until 10:06:00
expect 10:26 proximity.warning opened approached since 10:25:00
expect 10:27 proximity.warning updated receded since 10:25:00
expect 10:31 proximity.warning closed parted since 10:25:00 until 10:26:00
expect 10:46 proximity.warning opened approached since 10:45:00
expect 10:46 pair.probing opened probing_entries since 10:05:00 until 10:46:00
expect 10:47 proximity.warning updated receded since 10:45:00
expect 10:51 proximity.warning closed parted since 10:45:00 until 10:46:00
