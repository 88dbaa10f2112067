# He drives past her at 54 km/h: near in no fix, only between two of them
pair 300 m emergency 100 m
10:00-10:20 she at home, noise 5 m, motion still
10:00-10:10 walk 4530 m west to 4470 m east, motion vehicle
10:10-10:20 at 4470 m east
expect 10:05 proximity.warning opened approached since 10:05:00
expect 10:06 proximity.breach opened approached since 10:05:02
expect 10:06 proximity.emergency opened approached since 10:05:02
expect 10:07 proximity.warning updated receded since 10:05:00
expect 10:07 proximity.breach updated receded since 10:05:02
expect 10:07 proximity.emergency updated receded since 10:05:02
expect 10:11 proximity.warning closed parted since 10:05:00 until 10:06:00
expect 10:11 proximity.breach closed parted since 10:05:02 until 10:07:00
expect 10:11 proximity.emergency closed parted since 10:05:02 until 10:07:00
