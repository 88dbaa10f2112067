# By day, with nothing at stake, a phone that moves without a place calls after half an hour
zone home inclusion 50 m daily 22:00-06:00
12:00-12:30 at home, noise 6 m, motion still
12:30-13:40 at home, source cell, accuracy 2500 m, motion walking
13:40-13:43 at home, noise 6 m
expect 12:42 position.lost opened no_position since 12:29:00 quiet
expect 13:04 position.lost updated unexplained since 12:29:00
expect 13:40 position.lost closed position_again since 12:29:00 until 13:40:00
