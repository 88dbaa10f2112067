# He lies still and she walks nearer: one who moves is enough
pair 300 m
09:50-10:00 walk 1500 m east to 640 m east, noise 6 m, motion walking
10:00-11:00 at 640 m east, noise 6 m, motion still
09:50-10:30 she at home, noise 6 m, motion still
10:30-10:32 she walk home to 80 m east, noise 6 m, motion walking
10:32-11:00 she at 80 m east, noise 6 m, motion still
expect 10:33 proximity.warning opened approached since 10:31:00
