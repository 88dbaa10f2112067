# With a permit for the evening he may be out; five minutes after its end he must be home
zone home inclusion 50 m daily 22:00-06:00 grace 300 s
21:00 permit home 21:30-23:30
20:00-23:50 at 2 km east, noise 6 m
expect 23:35:00 curfew.absent opened absent_at_start since 23:30:00
