# A hearing from 10:00 to 11:00 brings them into one room; afterwards he follows her
pair 300 m
together 10:00-11:00
09:50-11:20 she at home, noise 8 m
09:50-10:00 walk 3 km east to 700 m east
10:00-10:05 walk 700 m east to home
10:05-11:20 at 20 m east, noise 8 m
expect 11:00 proximity.warning opened approached since 11:00:00
expect 11:00 proximity.breach opened approached since 11:00:00
expect 11:00 proximity.emergency opened approached since 11:00:00
