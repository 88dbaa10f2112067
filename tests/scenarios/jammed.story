# Contact without a position where hardly anybody loses it: it looks like jamming
zone home inclusion 50 m
20:00 coverage 2026-05 placeless 3 silent 2 of 5000
20:01-20:30 at home, noise 6 m
20:30-21:00 status, battery 80 %
21:00-21:03 at home, noise 6 m
expect 20:42 position.lost opened no_position since 20:29:00
expect 20:42 signal.jammed opened lost_where_good since 20:29:00
expect 21:00 position.lost closed position_again since 20:29:00 until 21:00:00
expect 21:00 signal.jammed closed position_again since 20:29:00 until 21:00:00
