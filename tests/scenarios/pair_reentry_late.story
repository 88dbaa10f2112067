# His fixes come half a minute after hers and are judged again at each mark: the rise is told all the same
pair 300 m
10:00:10-10:45 she at home, noise 8 m
10:00-10:10 walk 1 km east to 100 m east, late 30 s
10:10-10:14 walk 100 m east to 900 m east, late 30 s
10:14-10:15 at 900 m east, late 30 s
10:15-10:19 walk 900 m east to 100 m east, late 30 s
10:19-10:25 at 100 m east, late 30 s
10:25-10:30 walk 100 m east to 2 km east, late 30 s
10:30-10:45 at 2 km east, late 30 s
expect 10:06 proximity.warning opened approached since 10:05:00
expect 10:09 proximity.breach opened approached since 10:08:00
expect 10:11 proximity.emergency opened approached since 10:10:00
expect 10:12 proximity.emergency updated receded since 10:10:00
expect 10:12 proximity.breach updated receded since 10:08:00
expect 10:13 proximity.warning updated receded since 10:05:00
expect 10:17 proximity.warning updated reentered since 10:05:00
expect 10:19 proximity.breach updated reentered since 10:08:00
expect 10:20 proximity.emergency updated reentered since 10:10:00
expect 10:27 proximity.breach updated receded since 10:08:00
expect 10:27 proximity.emergency updated receded since 10:10:00
expect 10:28 proximity.warning updated receded since 10:05:00
expect 10:32 proximity.warning closed parted since 10:05:00 until 10:27:00
expect 10:32 proximity.breach closed parted since 10:08:00 until 10:26:00
expect 10:32 proximity.emergency closed parted since 10:10:00 until 10:26:00
