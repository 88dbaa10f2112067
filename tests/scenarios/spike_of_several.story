# Two fixes of one glitch 800 m away, five seconds apart, are one observation
zone home inclusion 50 m
20:00-20:30 at home, noise 6 m
20:30:05-20:30:15 at 800 m north, every 5 s
20:31-21:00 at home, noise 6 m
expect nothing
