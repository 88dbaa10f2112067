# Berlin, the night that has 02:30 twice: the window closes with the second
tz Europe/Berlin
day 2026-10-24
zone home inclusion 50 m daily 22:00-02:30
21:00-02:50b+1 at 1 km east, noise 5 m
expect 22:00:00 curfew.absent opened absent_at_start
expect 02:30:00b+1 curfew.absent closed window_ended until 02:30:00b+1
