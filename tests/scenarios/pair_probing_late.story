# One visit told by late and doubled fixes is one visit: no probing, however often it is judged again
pair 300 m
10:00-10:40 she at home, noise 8 m
10:00-10:05 walk 1500 m east to 450 m east, late 30 s
10:05-10:20 at 450 m east, late 90 s
10:05:20-10:20 at 450 m east, late 150 s
10:20-10:25 walk 450 m east to 2 km east, late 90 s
10:25-10:40 at 2 km east
expect 10:06 proximity.warning opened approached since 10:05:00
expect 10:22 proximity.warning updated receded since 10:05:00
expect 10:26 proximity.warning closed parted since 10:05:00 until 10:21:00
