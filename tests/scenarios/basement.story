# The same loss where one report in five lacks a position: a basement, and nothing but the loss
zone home inclusion 50 m
20:00 coverage 2026-05 placeless 200 silent 2 of 5000
20:01-20:30 at home, noise 6 m
20:30-21:00 status, battery 80 %
21:00-21:03 at home, noise 6 m
expect 20:42 position.lost opened no_position since 20:29:00
expect 21:00 position.lost closed position_again since 20:29:00 until 21:00:00
