# Five minutes of grace: three minutes late is nothing, ten are
zone home inclusion 50 m daily 22:00-06:00 grace 300 s
21:00-22:02 at 300 m east, noise 4 m, every 30 s
22:02-23:00 at home, noise 4 m, every 30 s
23:00-23:10 at 300 m east, noise 4 m, every 30 s
23:10-23:20 at home, noise 4 m, every 30 s
expect 23:05:00 curfew.absent opened left_during since 23:00:00
expect 23:10 curfew.absent closed returned since 23:00:00 until 23:10:00
