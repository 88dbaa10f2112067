# One sloppy fix of his reaches over the ring; that she is seen again and again makes it no surer
pair 300 m
10:00-10:05 at 3 km east
10:05-10:06 at 400 m east, accuracy 400 m, source wifi, motion vehicle
10:00:10-10:08 she at home, every 20 s, noise 8 m
expect nothing
