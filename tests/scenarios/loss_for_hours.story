# Nothing but a mast for five hours, at rest: after four somebody is called
zone home inclusion 50 m daily 22:00-06:00
21:25-21:30 at home, noise 6 m, motion walking
21:30-22:00 at home, noise 6 m, motion still
22:00-03:00+1 at home, source cell, accuracy 2500 m, motion still
03:00+1-03:03+1 at home, noise 6 m, motion still
expect 22:12 position.lost opened no_position since 21:59:00 quiet
expect 01:59+1 position.lost updated unexplained since 21:59:00
expect 03:00+1 position.lost closed position_again since 21:59:00 until 03:00:00+1
