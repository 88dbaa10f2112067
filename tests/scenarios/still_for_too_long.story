# A ride that reads as still, seen by Wi-Fi only: after half an hour the other place is believed
zone home inclusion 50 m
20:00-22:00 at home, noise 6 m, motion still, source wifi
22:00-22:50 at 900 m east, noise 6 m, motion still, source wifi
expect 22:31 zone.exit opened outside since 22:30:00
