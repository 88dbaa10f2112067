# Taken off for surgery under a permit and put on again: a notice, no tamper
zone city inclusion 5000 m
19:59 permit removal 20:00-21:00
20:00-20:10 at home, noise 6 m, strap intact
20:10-20:40 at home, strap open
20:40-21:10 at home, strap intact
expect 20:10 removal.permitted opened removed_with_permit since 20:10:00
expect 20:40 removal.permitted closed restored since 20:10:00 until 20:40:00
