# A clock that is set back before each report cannot be followed: it is found, and his place is not known
zone home inclusion 50 m daily 22:00-06:00
21:30-22:10 at home, noise 6 m
22:10 at 600 m north, clock 600 s back
22:11 at 600 m north, clock 1200 s back
22:12 at 600 m north, clock 1800 s back
22:13 at 600 m north, clock 2400 s back
22:14 at 600 m north, clock 3000 s back
22:15 at 600 m north, clock 3600 s back
22:16 at 600 m north, clock 4200 s back
22:17 at 600 m north, clock 4800 s back
22:18 at 600 m north, clock 5400 s back
22:19 at 600 m north, clock 6000 s back
22:20 at 600 m north, clock 6600 s back
22:21 at 600 m north, clock 7200 s back
22:22 at 600 m north, clock 7800 s back
22:23 at 600 m north, clock 8400 s back
22:24 at 600 m north, clock 9000 s back
22:25 at 600 m north, clock 9600 s back
22:26 at 600 m north, clock 10200 s back
expect 22:13 clock.behind opened clock_behind since 22:13:00
expect 22:22 position.lost opened no_position since 22:09:00
