# An alarm at the edge stands while drift keeps him on the border; a ride of 85 m between two fixes rises once it lasts
zone home inclusion 50 m
20:00-21:00 at home, every 15 s, noise 3 m, motion still
21:00-22:30 at 75 m east, every 15 s, noise 3 m, motion walking
22:30-22:45 at 50 m east, every 15 s, noise 3 m, motion still
22:45-23:10 at 136 m east, every 15 s, noise 3 m, motion still
expect 21:00 zone.exit opened outside
expect 22:47 zone.exit updated departed
