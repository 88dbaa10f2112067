# Monitoring is suspended from 10:20 to 10:40
pair 300 m
10:00-11:00 she at home, noise 8 m
10:00-10:10 walk 1 km east to 100 m east
10:10-11:00 at 100 m east, noise 8 m
10:15 suspend 10:20-10:40
expect 10:06 proximity.warning opened approached since 10:05:00
expect 10:09 proximity.breach opened approached since 10:08:00
expect 10:11 proximity.emergency opened approached since 10:10:00
expect 10:20 proximity.warning closed suspended since 10:05:00 until 10:20:00
expect 10:20 proximity.breach closed suspended since 10:08:00 until 10:20:00
expect 10:20 proximity.emergency closed suspended since 10:10:00 until 10:20:00
expect 10:40 proximity.warning opened approached since 10:40:00
expect 10:40 proximity.breach opened approached since 10:40:00
expect 10:40 proximity.emergency opened approached since 10:40:00
