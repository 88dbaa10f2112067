# Monitoring is suspended for an operation: nothing is judged, and silence does not count
zone home inclusion 50 m daily 22:00-06:00
21:00-22:30 at 1 km east, noise 5 m
22:20 suspend 22:25-23:30
until 23:31
expect 22:00 curfew.absent opened
expect 22:25 curfew.absent closed suspended until 22:25:00
