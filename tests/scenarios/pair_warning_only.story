# He stands at 450 m: the warning ring, and no breach
pair 300 m
10:00-10:30 she at home, noise 8 m
10:00-10:10 walk 1500 m east to 450 m east
10:10-10:30 at 450 m east, noise 8 m
expect 10:10 proximity.warning opened approached since 10:09:00
