# Places that go on telling what both devices deny are believed after half an hour
pair 300 m
09:50-10:00 she walk 200 m west to home, noise 6 m, motion walking
10:00-11:30 she at home, noise 6 m, motion still
09:50-10:05 walk 1500 m east to 640 m east, noise 6 m, motion walking
10:05-10:30 at 640 m east, noise 6 m, motion still
10:30-11:30 at 560 m east, noise 6 m, motion still
expect 11:00 proximity.warning opened approached since 10:30:00
