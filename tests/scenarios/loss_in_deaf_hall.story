# A hall in which four devices lose the sky for an hour: as long and half as long again, nobody is called
zone home inclusion 50 m daily 22:00-06:00
07:59 coverage 2026-05 placeless 400 silent 2 of 5000 by 4 usually 60
08:00-08:10 at home, noise 6 m
08:10-10:00 status, battery 80 %
10:00-10:03 at home, noise 6 m
expect 08:22 position.lost opened no_position since 08:09:00 quiet
expect 09:39 position.lost updated unexplained since 08:09:00
expect 10:00 position.lost closed position_again since 08:09:00 until 10:00:00
