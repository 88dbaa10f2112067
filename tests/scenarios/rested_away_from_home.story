# He walked to his neighbour and lies still there: he moved before, so his sensor denies nothing
zone home inclusion 50 m daily 22:00-06:00
21:40-22:40 at home, every 15 s, noise 6 m, motion still
22:40-22:42 walk home to 150 m east, every 15 s, motion walking
22:42-23:00 at 150 m east, every 15 s, noise 6 m, motion still
expect 22:41 curfew.absent opened left_during since 22:40:45
