# The clock is set back by 5min on leaving home in the curfew: the absence is found live, and so is the clock
zone home inclusion 50 m daily 22:00-06:00
21:30-22:10 at home, noise 6 m
22:10-22:30 at 600 m north, noise 6 m, clock 300 s back
22:30-22:34 at 600 m north, noise 6 m
expect 22:11 clock.behind opened clock_behind since 22:11:00
expect 22:13 curfew.absent opened left_during since 22:11:00
expect 22:30 clock.behind closed clock_right since 22:11:00 until 22:30:00
