# Drift puts a device at rest far outside, and it is told; when he truly walks off from there, it rises
zone home inclusion 50 m
21:00-22:30 at home, every 15 s, noise 6 m, motion still
22:30-22:45 at 180 m east, every 15 s, noise 6 m, motion still
22:45-22:49 walk 180 m east to 500 m east, every 15 s, noise 6 m, motion walking
22:49-23:10 at 500 m east, every 15 s, noise 6 m, motion still
expect 22:31 zone.exit opened outside
expect 22:46 zone.exit updated departed
