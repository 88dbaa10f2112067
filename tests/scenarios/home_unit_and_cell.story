# A phone that knows only cells is placed by the home unit it hears
zone home inclusion 50 m daily 22:00-06:00
20:00-20:30 at home, noise 6 m
20:30-23:30 at 3 km west, source cell, accuracy 1500 m, beacon home
expect nothing
