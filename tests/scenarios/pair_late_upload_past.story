# His phone was offline while he was with her; the upload comes when he is home again
pair 300 m
10:00-11:00 she at home, noise 8 m
10:00-10:05 at 3 km east
10:05-10:12 walk 3 km east to 100 m east, motion cycling, arrives 10:40
10:12-10:20 at 100 m east, noise 8 m, arrives 10:40
10:20-10:27 walk 100 m east to 3 km east, motion cycling, arrives 10:40
10:27-10:40 at 3 km east, arrives 10:40
10:41-11:00 at 3 km east
expect 10:07 pair.silent opened silent since 10:04:00
expect 10:07 contact.lost opened silent since 10:04:00
expect 10:40 contact.lost closed heard_again since 10:04:00 until 10:40:00
expect 10:40 pair.silent closed heard_again since 10:04:00 until 10:40:00
expect 10:40 proximity.breach opened approached since 10:12:00 retrospective
expect 10:40 proximity.breach closed parted since 10:12:00 until 10:21:00
expect 10:40 proximity.emergency opened approached since 10:13:00 retrospective
expect 10:40 proximity.emergency closed parted since 10:13:00 until 10:21:00
expect 10:40 proximity.warning opened approached since 10:11:00 retrospective
expect 10:40 proximity.warning closed parted since 10:11:00 until 10:22:00
