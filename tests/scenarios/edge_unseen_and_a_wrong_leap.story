# Drift puts a device at rest far outside; a burst that tells 120 m more for two minutes rises with nothing
zone home inclusion 50 m
21:00-22:30 at home, every 15 s, noise 6 m, motion still
22:30-22:45 at 180 m east, every 15 s, noise 6 m, motion still
22:45-22:47 at 300 m east, every 15 s, noise 6 m, motion still
22:47-23:10 at 180 m east, every 15 s, noise 6 m, motion still
expect 22:31 zone.exit opened outside
