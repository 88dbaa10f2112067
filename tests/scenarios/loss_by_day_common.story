# The same where devices lose their place now and then wherever they are: a notice, and P3 after four hours
zone home inclusion 50 m daily 22:00-06:00
11:59 coverage 2026-05 placeless 10 silent 2 of 5000 rate 150
12:00-12:30 at home, noise 6 m, motion still
12:30-17:00 at home, source cell, accuracy 2500 m, motion walking
17:00-17:03 at home, noise 6 m
expect 12:42 position.lost opened no_position since 12:29:00 quiet
expect 13:04 position.lost updated unexplained since 12:29:00 P4
expect 16:29 position.lost updated unexplained since 12:29:00
expect 17:00 position.lost closed position_again since 12:29:00 until 17:00:00
