# The same with a place that the order names to him, and while nobody knows where she is
pair 300 m
place school 50 m at 2 km east disclosed
10:00-10:10 walk home to 2 km east, motion cycling
10:10-10:15 at 2 km east, noise 8 m
10:15-10:20 walk 2 km east to home, motion cycling
10:20-10:30 at home
expect 10:03 pair.silent opened silent since 10:00:00
expect 10:08 proximity.warning opened approached since 10:07:00
expect 10:10 proximity.breach opened approached since 10:09:00
expect 10:11 proximity.emergency opened approached since 10:10:00
expect 10:17 proximity.breach updated receded since 10:09:00
expect 10:17 proximity.emergency updated receded since 10:10:00
expect 10:18 proximity.warning updated receded since 10:07:00
expect 10:22 proximity.warning closed parted since 10:07:00 until 10:17:00
expect 10:22 proximity.breach closed parted since 10:09:00 until 10:16:00
expect 10:22 proximity.emergency closed parted since 10:10:00 until 10:16:00
