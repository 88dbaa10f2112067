# The strap is opened while the position is lost at rest: nothing is quiet any more
zone home inclusion 50 m daily 22:00-06:00
21:25-21:30 at home, noise 6 m, motion walking
21:30-22:30 at home, noise 6 m, motion still
22:30-23:00 at home, source cell, accuracy 2500 m, motion still
23:00 status, strap open
23:01-23:10 at home, source cell, accuracy 2500 m, motion still
23:10-23:12 at home, noise 6 m, motion still
expect 22:42 position.lost opened no_position since 22:29:00 quiet
expect 23:00 tamper.strap opened opened_by_device since 23:00:00
expect 23:00 position.lost updated unexplained since 22:29:00
expect 23:10 position.lost closed position_again since 22:29:00 until 23:10:00
