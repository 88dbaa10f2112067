# Walks out, seen by Wi-Fi alone: the next place goes on, so he is believed with it
zone home inclusion 50 m daily 22:00-06:00
20:00-23:00 at home, noise 4 m, motion still, source wifi
23:00-23:05 walk home to 400 m east, motion walking, source wifi
23:05-23:30 at 400 m east, noise 4 m, motion still, source wifi
expect 23:02 curfew.absent opened left_during since 23:01:00
