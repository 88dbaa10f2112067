# He goes away from her while only her rest is known: nobody can tell, and nothing recedes or ends
pair 300 m
09:00-09:10 she walk 500 m east to home, noise 8 m, motion walking
09:10-09:35 she at home, noise 8 m, motion still, source wifi
09:35-10:40 she at 1400 m north, source cell, accuracy 2500 m, motion still
09:00-09:10 at 3 km east, noise 8 m
09:10-09:25 walk 3 km east to 200 m east, noise 8 m
09:25-10:00 at 200 m east, noise 8 m
10:00-10:15 walk 200 m east to 3 km east, noise 8 m
10:15-10:40 at 3 km east, noise 8 m
expect 09:24 proximity.warning opened approached since 09:23:00
expect 09:26 proximity.breach opened approached since 09:25:00
expect 10:01 proximity.breach updated cannot_tell since 09:25:00
expect 10:03 proximity.warning updated cannot_tell since 09:23:00
