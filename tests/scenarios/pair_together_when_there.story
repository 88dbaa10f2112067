# Signed afterwards: they were allowed together all the while, so it never was a breach
pair 300 m
10:00-10:40 she at home, noise 8 m
10:00-10:10 walk 1 km east to 100 m east
10:10-10:40 at 100 m east, noise 8 m
10:30 together 09:00-11:00
expect 10:06 proximity.warning opened approached since 10:05:00
expect 10:09 proximity.breach opened approached since 10:08:00
expect 10:11 proximity.emergency opened approached since 10:10:00
expect 10:30 proximity.breach annulled late_data since 10:08:00
expect 10:30 proximity.emergency annulled late_data since 10:10:00
expect 10:30 proximity.warning annulled late_data since 10:05:00
