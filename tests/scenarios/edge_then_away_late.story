# The walk away from the edge and back is uploaded when he is at the edge again: the rise is told all the same
zone home inclusion 50 m
21:00-22:30 at home, noise 6 m
22:30-22:32 walk home to 80 m east, every 15 s
22:32-22:50 at 80 m east, noise 6 m
22:50-22:52 walk 80 m east to 230 m east, every 15 s, arrives 23:01
22:52-22:54 at 230 m east, noise 6 m, arrives 23:01
22:54-22:56 walk 230 m east to 80 m east, every 15 s, arrives 23:01
22:56-23:20 at 80 m east, noise 6 m
expect 22:34 zone.exit opened outside
expect 22:52 contact.lost opened silent
expect 22:56 contact.lost closed heard_again
expect 23:01 zone.exit updated departed
