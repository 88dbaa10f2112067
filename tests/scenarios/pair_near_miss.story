# He passes at 570 m: a warning, and no breach
pair 300 m
10:00-10:40 she at home, noise 8 m
10:00-10:40 walk 800 m north to 800 m east
expect 10:16 proximity.warning opened approached since 10:13:00
expect 10:30 proximity.warning updated receded since 10:13:00
expect 10:32 proximity.warning closed parted since 10:13:00 until 10:27:00
