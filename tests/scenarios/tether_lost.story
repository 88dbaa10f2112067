# The phone talks on and no longer says that the bracelet is in reach: found within a minute, and latched
interval 15 s
tether 45 s
zone home inclusion 50 m
20:00-20:30 at home, noise 6 m, every 15 s, tether intact
20:30-20:40 at home, noise 6 m, every 15 s
20:40-20:45 at home, noise 6 m, every 15 s, tether intact
20:45 inspect 20:44:30
expect 20:30 tamper.tether opened heartbeat_missing since 20:29:45
expect 20:40 tamper.tether updated restored since 20:29:45
expect 20:45 tamper.tether closed inspected since 20:29:45 until 20:44:30
