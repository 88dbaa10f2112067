# The window opens while he is known to be out: found by the clock, without a new fix
zone home inclusion 50 m daily 22:00-06:00
interval 300 s
21:00-21:59 at 900 m west, noise 6 m
22:03 at 900 m west
until 22:04
expect 22:00:00 curfew.absent opened absent_at_start since 22:00:00
