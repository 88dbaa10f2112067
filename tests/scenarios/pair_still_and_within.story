# A breach waits for no sensor: both say that they lie still, and places say that he is there
pair 300 m
09:50-10:00 she walk 200 m west to home, noise 6 m, motion walking
10:00-11:00 she at home, noise 6 m, motion still
09:50-10:05 walk 1500 m east to 640 m east, noise 6 m, motion walking
10:05-10:30 at 640 m east, noise 6 m, motion still
10:30-11:00 at 200 m east, noise 6 m, motion still
expect 10:31 proximity.warning opened approached since 10:31:00
expect 10:31 proximity.breach opened approached since 10:30:00
expect 10:35 position.spoofed opened spoofed since 10:30:00
