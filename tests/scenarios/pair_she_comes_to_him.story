# Her movement counts as his: the ring does not ask who walked
pair 300 m
10:00-10:40 at home, noise 8 m
10:00-10:20 she walk 2 km west to 100 m west
10:20-10:40 she at 100 m west
expect 10:16 proximity.warning opened approached since 10:15:00
expect 10:19 proximity.breach opened approached since 10:18:00
expect 10:21 proximity.emergency opened approached since 10:20:00
