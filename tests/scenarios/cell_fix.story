# Cell positions 3 km off, for ten minutes: they open nothing
zone home inclusion 50 m
20:00-20:30 at home, noise 6 m
20:30-20:40 at 3 km west, source cell, accuracy 1500 m
20:40-20:50 at home, noise 6 m
expect nothing
