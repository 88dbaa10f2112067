# He goes to her work place, which he is not told of, while she is far away
pair 300 m
place work 50 m at 2 km east
10:00-10:50 she at 6 km west, noise 8 m
10:00-10:10 walk home to 2 km east, motion cycling
10:10-10:20 at 2 km east, noise 8 m
10:20-10:30 walk 2 km east to home, motion cycling
10:30-10:50 at home
expect 10:08 proximity.warning opened approached since 10:07:00
expect 10:10 proximity.breach opened approached since 10:09:00
expect 10:11 proximity.emergency opened approached since 10:10:00
expect 10:23 proximity.breach updated receded since 10:09:00
expect 10:23 proximity.emergency updated receded since 10:10:00
expect 10:25 proximity.warning updated receded since 10:07:00
expect 10:29 proximity.warning closed parted since 10:07:00 until 10:24:00
expect 10:29 proximity.breach closed parted since 10:09:00 until 10:22:00
expect 10:29 proximity.emergency closed parted since 10:10:00 until 10:21:00
