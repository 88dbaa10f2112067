# His phone was offline on the way to her; the upload comes while he stands there
pair 300 m
10:00-10:50 she at home, noise 8 m
10:00-10:05 at 3 km east
10:05-10:12 walk 3 km east to 100 m east, motion cycling, arrives 10:40
10:12-10:40 at 100 m east, noise 8 m, arrives 10:40
10:41-10:50 at 100 m east, noise 8 m
expect 10:07 pair.silent opened silent since 10:04:00
expect 10:07 contact.lost opened silent since 10:04:00
expect 10:40 contact.lost closed heard_again since 10:04:00 until 10:40:00
expect 10:40 pair.silent closed heard_again since 10:04:00 until 10:40:00
expect 10:40 proximity.breach opened approached since 10:13:00
expect 10:40 proximity.emergency opened approached since 10:13:00
expect 10:40 proximity.warning opened approached since 10:11:00
