# Her phone hears nothing but a mast for an hour and lies still: she is where she was, and he comes near her
pair 300 m
09:30-09:40 she walk 500 m east to home, noise 8 m, motion walking
09:40-10:00 she at home, noise 8 m, motion still, source wifi
10:00-11:00 she at 1400 m north, source cell, accuracy 2500 m, motion still
09:30-10:40 at 3 km east, noise 8 m
10:40-10:55 walk 3 km east to 50 m east, noise 8 m
10:55-11:00 at 50 m east, noise 8 m
expect 10:54 proximity.warning opened approached since 10:53:00
expect 10:55 proximity.breach opened approached since 10:54:00
expect 10:56 proximity.emergency opened approached since 10:55:00
