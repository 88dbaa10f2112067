# A burst of wrong places opens it; he is at home again, not yet believed, when he truly drives away: it rises
zone home inclusion 50 m
21:00-22:30 at home, every 15 s, noise 20 m, motion still
22:30-22:32 at 400 m east, every 15 s, motion walking
22:32-22:34 at home, every 15 s, noise 6 m, accuracy 90 m, motion still
22:34-22:50 at 300 m west, every 15 s, noise 6 m, motion vehicle
expect 22:30 zone.exit opened outside
expect 22:34 zone.exit updated departed
