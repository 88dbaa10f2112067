# His device falls silent inside the ring: a matter of life
pair 300 m
10:00-10:40 she at home, noise 8 m
10:00-10:10 walk 1 km east to 100 m east
10:10-10:15 at 100 m east, noise 8 m
until 10:40
expect 10:06 proximity.warning opened approached since 10:05:00
expect 10:09 proximity.breach opened approached since 10:08:00
expect 10:11 proximity.emergency opened approached since 10:10:00
expect 10:17 pair.silent opened silent since 10:14:00 P1
expect 10:17 contact.lost opened silent since 10:14:00
expect 10:22 proximity.warning updated cannot_tell since 10:05:00
expect 10:22 proximity.breach updated cannot_tell since 10:08:00
expect 10:22 proximity.emergency updated cannot_tell since 10:10:00
