# He walks out and is told far outside while he goes: what he walks on is the same walk
zone home inclusion 50 m
21:00-22:30 at home, every 15 s, noise 6 m, motion still
22:30-22:36 walk home to 600 m east, every 15 s, noise 6 m, motion walking
22:36-22:50 at 600 m east, every 15 s, noise 6 m, motion still
expect 22:31 zone.exit opened outside
