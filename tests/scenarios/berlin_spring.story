# Berlin, the night that skips 02:00 to 03:00: the window 22:00-02:30 ends with the change
tz Europe/Berlin
day 2026-03-28
zone home inclusion 50 m daily 22:00-02:30
21:00-03:20+1 at 1 km east, noise 5 m, every 60 s
expect 22:00:00 curfew.absent opened absent_at_start
expect 03:00:00+1 curfew.absent closed window_ended until 03:00:00+1
