# He drives at her so fast that the police would come too late, and turns round outside every ring
pair 300 m reaction 600 s
10:00-10:20 she at home, noise 5 m, motion still
10:00-10:06 walk 8 km east to 2600 m east, motion vehicle
10:06-10:12 walk 2600 m east to 8 km east, motion vehicle
10:12-10:20 at 8 km east
expect 10:02 proximity.warning opened closing since 10:02:00
expect 10:07 proximity.warning updated receded since 10:02:00
expect 10:12 proximity.warning closed parted since 10:02:00 until 10:07:00
