# Found at the edge of the zone, where drift might put him; a quarter of an hour later he walks away: it rises
zone home inclusion 50 m daily 22:00-06:00
21:00-22:30 at home, noise 6 m
22:30-22:32 walk home to 80 m east, every 15 s
22:32-22:50 at 80 m east, noise 6 m
22:50-22:55 walk 80 m east to 450 m east, every 15 s
22:55-23:05 at 450 m east, noise 6 m
23:05-23:10 walk 450 m east to home, every 15 s
23:10-23:30 at home, noise 6 m
expect 22:34 curfew.absent opened left_during
expect 22:51 curfew.absent updated departed
expect 23:11 curfew.absent closed returned
