# As before, but her phone tells of a ride after the last good place: nobody knows where she is
pair 300 m
09:30-09:40 she walk 500 m east to home, noise 8 m, motion walking
09:40-10:00 she at home, noise 8 m, motion still, source wifi
10:00-10:10 she at 1400 m north, source cell, accuracy 2500 m, motion still
10:10-10:20 she at 1400 m north, source cell, accuracy 2500 m, motion vehicle
10:20-11:00 she at 1400 m north, source cell, accuracy 2500 m, motion still
09:30-10:40 at 3 km east, noise 8 m
10:40-10:55 walk 3 km east to 50 m east, noise 8 m
10:55-11:00 at 50 m east, noise 8 m
expect nothing
