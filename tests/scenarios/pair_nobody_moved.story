# Both lie still 640 m apart, and his places wander to 560 m for a quarter of an hour: nobody has come nearer
pair 300 m
09:50-10:00 she walk 200 m west to home, noise 6 m, motion walking
10:00-11:00 she at home, noise 6 m, motion still
09:50-10:05 walk 1500 m east to 640 m east, noise 6 m, motion walking
10:05-10:30 at 640 m east, noise 6 m, motion still
10:30-10:45 at 560 m east, noise 6 m, motion still
10:45-11:00 at 640 m east, noise 6 m, motion still
expect nothing
