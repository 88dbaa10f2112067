# He walks out at night, stays away twenty minutes and comes home
zone home inclusion 50 m daily 22:00-06:00
21:00-23:00 at home, noise 6 m
23:00-23:05 walk home to 450 m east, every 15 s
23:05-23:25 at 450 m east, noise 6 m
23:25-23:30 walk 450 m east to home, every 15 s
23:30-23:50 at home, noise 6 m
expect 23:01 curfew.absent opened left_during
expect 23:31 curfew.absent closed returned
