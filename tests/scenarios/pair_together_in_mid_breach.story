# The court lets them meet while he is already there, then takes it back
pair 300 m
10:00-11:00 she at home, noise 8 m
10:00-10:10 walk 1 km east to 100 m east
10:10-11:00 at 100 m east, noise 8 m
10:20 together 10:20-11:00
10:40 together 10:20-11:00 revoked
until 11:00
expect 10:06 proximity.warning opened approached since 10:05:00
expect 10:09 proximity.breach opened approached since 10:08:00
expect 10:11 proximity.emergency opened approached since 10:10:00
expect 10:20 proximity.breach closed together since 10:08:00 until 10:20:00
expect 10:20 proximity.emergency closed together since 10:10:00 until 10:20:00
expect 10:20 proximity.warning closed together since 10:05:00 until 10:20:00
expect 10:40 proximity.breach corrected late_data since 10:08:00
expect 10:40 proximity.emergency corrected late_data since 10:10:00
expect 10:40 proximity.warning corrected late_data since 10:05:00
