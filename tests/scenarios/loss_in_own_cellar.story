# A place at which one device alone is deaf is nobody's deaf place: he could have taught it himself
zone home inclusion 50 m daily 22:00-06:00
07:59 coverage 2026-05 placeless 400 silent 400 of 5000 by 2 usually 60
08:00-08:10 at home, noise 6 m
08:10-08:40 status, battery 80 %
08:40-08:43 at home, noise 6 m
expect 08:22 position.lost opened no_position since 08:09:00
expect 08:40 position.lost closed position_again since 08:09:00 until 08:40:00
