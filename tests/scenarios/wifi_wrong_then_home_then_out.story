# A wrong Wi-Fi place of a phone at rest is believed after half an hour; home takes it back at once, and the walk that follows is told
zone home inclusion 50 m
20:00-21:00 at home, every 30 s, source wifi, accuracy 20 m, motion still
21:00-21:35 at 400 m east, every 30 s, source wifi, accuracy 20 m, motion still
21:35-21:45 at home, every 30 s, source wifi, accuracy 20 m, motion still
21:45-21:55 walk home to 800 m north, every 15 s, accuracy 8 m, motion walking
expect 21:30 zone.exit opened outside since 21:30:00
expect 21:35 zone.exit closed returned since 21:30:00 until 21:35:00
expect 21:46 zone.exit opened outside since 21:45:45
