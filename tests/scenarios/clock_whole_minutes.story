# A tracker stamps whole minutes: somebody should know, the evening at home opens nothing else
interval 15 s
zone home inclusion 50 m daily 22:00-06:00
21:30-22:30 at home, every 15 s, noise 6 m, clock minutes
22:30-22:31 at home, every 15 s, noise 6 m
expect 21:32 clock.minutes opened clock_minutes since 21:30:00
expect 22:30 clock.minutes closed clock_right since 21:30:00 until 22:30:45
