# The same, and then the device walks off under the curfew: now a person has to look
zone home inclusion 50 m daily 22:00-06:00
21:25-21:30 at home, noise 6 m, motion walking
21:30-22:30 at home, noise 6 m, motion still
22:30-23:00 at home, source cell, accuracy 2500 m, motion still
23:00-23:20 at home, source cell, accuracy 2500 m, motion walking
23:20-23:22 at 900 m east, noise 6 m
expect 22:42 position.lost opened no_position since 22:29:00 quiet
expect 23:04 position.lost updated unexplained since 22:29:00
expect 23:20 position.lost closed position_again since 22:29:00 until 23:20:00
expect 23:21 curfew.absent opened left_during since 23:20:00
