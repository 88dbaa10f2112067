# At home by satellites, riding in a vehicle by the sensor, for three quarters of an hour
zone home inclusion 50 m daily 22:00-06:00
21:30-22:10 at home, noise 6 m
22:10-22:55 at home, noise 3 m, motion vehicle
22:55-23:05 at home, noise 6 m, motion still
expect 22:40 position.spoofed opened spoofed since 22:10:00
expect 22:55 position.spoofed closed plausible_again since 22:10:00 until 22:55:00
