# A fix that comes a minute late between two newer ones is put in its place: nothing was missed
zone home inclusion 50 m daily 22:00-06:00 grace 60 s
21:50-22:30 at home, noise 5 m
22:30 at 400 m east, arrives 22:32:30, motion walking
22:31 at 400 m east, motion walking
22:32 at 400 m east, motion walking
22:33-22:40 at 400 m east, noise 5 m
expect 22:32 curfew.absent opened left_during since 22:31:00
expect 22:32 curfew.absent corrected late_data since 22:30:00
