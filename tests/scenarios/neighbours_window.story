# Home at night and work by day: the drive between is free, and each duty has its own finding
zone home inclusion 60 m daily 20:00-07:00
zone work inclusion 100 m at 4 km east daily 09:00-17:00
07:30-08:00 at home, noise 5 m
08:00-08:30 walk home to 4 km east
08:30-12:00 at 4 km east, noise 5 m
12:00-13:00 at 5 km east, noise 5 m
13:00-17:30 at 4 km east, noise 5 m
17:30-18:00 walk 4 km east to home
18:00-20:30 at home, noise 5 m
expect 12:02 curfew.absent opened left_during
expect 13:01 curfew.absent closed returned
