# A phone that moves without a place within a walk of a forbidden zone calls at once
zone home inclusion 50 m daily 22:00-06:00
zone school exclusion 100 m at 900 m east
12:00-12:30 at home, noise 6 m, motion still
12:30-13:00 at home, source cell, accuracy 2500 m, motion walking
13:00-13:03 at home, noise 6 m
expect 12:42 position.lost opened no_position since 12:29:00
expect 13:00 position.lost closed position_again since 12:29:00 until 13:00:00
