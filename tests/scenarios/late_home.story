# He is at work when the curfew begins and comes home at 22:40
zone home inclusion 50 m daily 22:00-06:00
21:00-22:30 at 3 km north, noise 6 m
22:30-22:40 walk 3 km north to home
22:40-23:20 at home, noise 6 m
expect 22:00:00 curfew.absent opened absent_at_start since 22:00:00
expect 22:41 curfew.absent closed returned since 22:00:00
