# He walks up to her, stays and leaves: one finding a ring, and all end when they have parted
pair 300 m
10:00-11:00 she at home, noise 8 m
10:00-10:10 at 2 km east, noise 8 m
10:10-10:30 walk 2 km east to 50 m east
10:30-10:35 at 50 m east
10:35-10:50 walk 50 m east to 1500 m east
10:50-11:00 at 1500 m east
expect 10:26 proximity.warning opened approached since 10:25:00
expect 10:29 proximity.breach opened approached since 10:28:00
expect 10:30 proximity.emergency opened approached since 10:29:00
expect 10:38 proximity.emergency updated receded since 10:29:00
expect 10:39 proximity.breach updated receded since 10:28:00
expect 10:42 proximity.warning updated receded since 10:25:00
expect 10:46 proximity.warning closed parted since 10:25:00 until 10:41:00
expect 10:46 proximity.breach closed parted since 10:28:00 until 10:38:00
expect 10:46 proximity.emergency closed parted since 10:29:00 until 10:37:00
