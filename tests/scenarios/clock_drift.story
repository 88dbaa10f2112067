# A clock that loses 5 % is read as of now once it is clearly behind: leaving in the curfew is found live
zone home inclusion 50 m daily 22:00-06:00
20:00-22:00 at home, every 60 s, noise 6 m, clock 5 % slow
22:00-22:30 at 600 m north, every 60 s, noise 6 m, clock 400 s back
expect 21:02 clock.behind opened clock_behind since 21:02:00
expect 22:02 curfew.absent opened absent_at_start since 22:00:00
