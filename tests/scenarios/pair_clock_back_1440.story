# He sets the clock of his phone back by 1440 minutes and walks up to her
pair 300 m
10:00-10:40 she at home, noise 8 m
10:00-10:10 at 3 km east
10:10-10:20 walk 3 km east to 1 km east, motion cycling, clock 1440 min back
10:20-10:24 walk 1 km east to 100 m east, motion cycling, clock 1440 min back
10:24-10:40 at 100 m east, clock 1440 min back
expect 10:11 clock.behind opened clock_behind since 10:11
expect 10:23 proximity.warning opened approached since 10:22:00
expect 10:24 proximity.breach opened approached since 10:24:00
expect 10:25 proximity.emergency opened approached since 10:24:00
