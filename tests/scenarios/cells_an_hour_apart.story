# A cell far off for some minutes each hour is the network's way, not a made-up position
zone home inclusion 50 m daily 20:00-06:00
20:30-23:40 at home, every 60 s, noise 6 m
21:10:30-21:17:30 at 40 km north, every 120 s, source cell, accuracy 2500 m
22:10:30-22:17:30 at 40 km north, every 120 s, source cell, accuracy 2500 m
23:10:30-23:17:30 at 40 km north, every 120 s, source cell, accuracy 2500 m
expect nothing
