# He drives through a forbidden zone of 400 m at 50 km/h with a fix each 15 s
zone school exclusion 400 m at 3 km east
12:00-12:10 at home, noise 5 m
12:10-12:17 walk home to 6 km east, every 15 s, motion vehicle
12:17-12:25 at 6 km east, noise 5 m
expect 12:13 zone.enter opened inside
expect 12:14 zone.enter closed returned
