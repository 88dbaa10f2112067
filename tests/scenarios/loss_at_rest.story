# A phone at rest hears nothing but a mast for an hour and a half of the curfew: kept, and nobody is called
zone home inclusion 50 m daily 22:00-06:00
21:25-21:30 at home, noise 6 m, motion walking
21:30-22:30 at home, noise 6 m, motion still
22:30-00:00+1 at home, source cell, accuracy 2500 m, motion still
00:00+1-00:03+1 at home, noise 6 m, motion still
expect 22:42 position.lost opened no_position since 22:29:00 quiet
expect 00:00+1 position.lost closed position_again since 22:29:00 until 00:00:00+1
