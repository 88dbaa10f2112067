# The device lies still and its position wanders away: the motion sensor speaks against it
zone home inclusion 20000 m
21:30-22:10 at home, noise 6 m, motion still
22:10-22:30 walk home to 3 km east, motion still
22:30-22:50 at home, noise 6 m, motion still
expect 22:18 position.spoofed opened spoofed since 22:13:00
expect 22:34 position.spoofed closed plausible_again since 22:13:00 until 22:34:00
