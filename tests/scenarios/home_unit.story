# GNSS under a metal roof wanders 200 m off, but the home unit hears the bracelet
zone home inclusion 50 m
20:00-20:30 at home, noise 6 m, beacon home
20:30-21:30 at 200 m east, noise 60 m, beacon home
21:30-22:00 status, beacon home
expect nothing
