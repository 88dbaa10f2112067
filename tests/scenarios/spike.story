# One fix 900 m away between others at home is a spike
zone home inclusion 50 m
20:00-20:30 at home, noise 6 m
20:30 at 900 m north
20:31-21:00 at home, noise 6 m
expect nothing
