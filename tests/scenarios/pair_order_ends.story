# The order ends at 10:30 while he stands beside her, and his phone had fallen silent
pair 300 m until 10:30
10:00-11:00 she at home, noise 8 m
10:00-10:10 walk 1 km east to 100 m east
10:10-10:20 at 100 m east
until 11:00
expect 10:06 proximity.warning opened approached since 10:05:00
expect 10:09 proximity.breach opened approached since 10:08:00
expect 10:11 proximity.emergency opened approached since 10:10:00
expect 10:22 pair.silent opened silent since 10:19:00 P1
expect 10:22 contact.lost opened silent since 10:19:00
expect 10:27 proximity.warning updated cannot_tell since 10:05:00
expect 10:27 proximity.breach updated cannot_tell since 10:08:00
expect 10:27 proximity.emergency updated cannot_tell since 10:10:00
expect 10:30 proximity.warning closed order_changed since 10:05:00 until 10:30:00
expect 10:30 proximity.breach closed order_changed since 10:08:00 until 10:30:00
expect 10:30 proximity.emergency closed order_changed since 10:10:00 until 10:30:00
expect 10:30 pair.silent closed order_changed since 10:19:00 until 10:30:00
