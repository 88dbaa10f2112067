# Drift puts a device at rest far outside, and it is told; a ride between two fixes, of which it says nothing, rises once it lasts
zone home inclusion 50 m
21:00-22:30 at home, every 15 s, noise 6 m, motion still
22:30-22:45 at 180 m east, every 15 s, noise 6 m, motion still
22:45-23:10 at 300 m east, every 15 s, noise 6 m, motion still
expect 22:31 zone.exit opened outside
expect 22:47 zone.exit updated departed
