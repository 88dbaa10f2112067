# At rest without a place elsewhere, and the curfew begins: its absence is not hidden
zone home inclusion 50 m daily 22:00-06:00
20:55-21:00 at 2 km east, noise 6 m, motion walking
21:00-21:30 at 2 km east, noise 6 m, motion still
21:30-22:10 at 2 km east, source cell, accuracy 2500 m, motion still
22:10-22:13 at 2 km east, noise 6 m, motion still
expect 21:42 position.lost opened no_position since 21:29:00 quiet
expect 22:00 position.lost updated unexplained since 21:29:00
expect 22:10 position.lost closed position_again since 21:29:00 until 22:10:00
expect 22:11 curfew.absent opened left_during since 22:10:00
