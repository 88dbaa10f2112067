# Ninety kilometres in a minute: the first fix is held, the second one that agrees is used, and believed when it stays
zone home inclusion 50 m
20:00-20:30 at home, noise 6 m
20:30 at 90 km north
20:31-20:40 at home, noise 6 m
20:40-20:50 at 90 km north, noise 6 m
expect 20:43 zone.exit opened outside
