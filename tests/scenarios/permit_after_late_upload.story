# What was uploaded hours later made his account anew; a permit that comes after it counts all the same
zone home inclusion 50 m daily 22:00-06:00
20:00-21:00 at home, noise 6 m
21:00-23:50 at home, noise 6 m, arrives 23:50
23:50-00:30+1 at home, noise 6 m
00:10+1 permit home 00:30+1-01:30+1
00:30+1-01:20+1 at 2 km south, noise 6 m
01:20+1-01:50+1 at home, noise 6 m
expect 21:02 contact.lost opened silent
expect 23:50 contact.lost closed heard_again
