# Satellites say 2 km away while the home unit hears the bracelet: he is at home, and the position is doubted
zone home inclusion 50 m daily 22:00-06:00
21:30-22:10 at home, noise 6 m
22:10-22:20 at 2 km east, noise 6 m, beacon home
22:20-22:40 at home, noise 6 m, beacon home
expect 22:15 position.spoofed opened spoofed since 22:10:00
expect 22:24 position.spoofed closed plausible_again since 22:10:00 until 22:24:00
