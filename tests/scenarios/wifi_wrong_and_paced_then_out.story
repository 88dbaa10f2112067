# Who paces while a wrong Wi-Fi place stands has told of no way out: that alarm rises when he walks off under it
zone home inclusion 25 m
20:00-21:00 at home, every 30 s, noise 4 m, source wifi, motion still
21:00-21:02 at 90 m east, every 30 s, noise 3 m, motion walking, source wifi
21:02-21:20 at 90 m east, every 30 s, noise 3 m, motion still, source wifi
21:20-21:30 walk 20 m north to 800 m north, every 15 s, accuracy 8 m, motion walking
expect 21:10 zone.exit opened outside since 21:00:00
expect 21:21 zone.exit updated departed since 21:00:00
