# A permit granted in mid-breach ends the finding where the permit begins
zone home inclusion 50 m daily 22:00-06:00
21:00-23:00 at 2 km east, noise 6 m
22:30 permit home 22:20-23:30
expect 22:00:00 curfew.absent opened
expect 22:30 curfew.absent closed window_ended until 22:20:00
