# His phone talks on near her and no longer says that the bracelet is in reach: a matter of life
interval 60 s
tether 90 s
pair 300 m
10:00-11:00 she at home, noise 8 m
10:00-10:10 walk 1500 m east to 450 m east, tether intact
10:10-10:20 at 450 m east, tether intact
10:20-10:30 at 450 m east
10:30-10:40 walk 450 m east to 3 km east, tether intact
10:40-11:00 at 3 km east, tether intact
10:50 inspect
expect 10:10 proximity.warning opened approached since 10:09:00
expect 10:20 pair.tamper opened heartbeat_missing since 10:19:00
expect 10:20 tamper.tether opened heartbeat_missing since 10:19:00
expect 10:30 tamper.tether updated restored since 10:19:00
expect 10:32 proximity.warning updated receded since 10:09:00
expect 10:36 proximity.warning closed parted since 10:09:00 until 10:31:00
expect 10:50 tamper.tether closed inspected since 10:19:00 until 10:50:00
expect 10:50 pair.tamper closed inspected since 10:19:00 until 10:50:00
