# Outside at the edge for an hour, once thrown far out by a single fix, and home again: nothing rises
zone home inclusion 50 m
21:00-22:30 at home, noise 6 m
22:30-22:32 walk home to 80 m east, every 15 s
22:32-23:00 at 80 m east, noise 6 m
23:00 at 400 m east
23:01-23:30 at 80 m east, noise 6 m
23:30-23:32 walk 80 m east to home, every 15 s
23:32-23:50 at home, noise 6 m
expect 22:34 zone.exit opened outside
expect 23:31 zone.exit closed returned
