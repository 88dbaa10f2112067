# At home by satellites while the network places the phone 40 km away, again and again
zone home inclusion 50 m daily 22:00-06:00
21:30-22:10 at home, noise 6 m
22:10:00-22:40:00 at home, every 60 s, noise 6 m
22:10:30-22:40:30 at 40 km north, every 120 s, source cell, accuracy 2500 m
22:41-22:50 at home, every 60 s, noise 6 m
22:45:30 at 1 km north, source cell, accuracy 2500 m
expect 22:20 position.spoofed opened spoofed since 22:10:30
expect 22:45 position.spoofed closed plausible_again since 22:10:30 until 22:45:30
