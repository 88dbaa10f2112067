# Offline, out for an hour and back: the newest fix comes first, the hour away is found as something past
zone home inclusion 50 m daily 22:00-06:00
22:00-23:00 at home, noise 6 m
01:59+1 at home, arrives 01:59:30+1
23:00-00:00+1 at home, noise 6 m, arrives 02:00+1
00:00+1-01:00+1 at 800 m north, noise 6 m, arrives 02:00+1
01:00+1-02:00+1 at home, noise 6 m, arrives 02:00+1
02:00+1-02:10+1 at home, noise 6 m
expect 23:02 contact.lost opened
expect 01:59+1 contact.lost closed
expect 02:00+1 curfew.absent opened left_during since 00:00+1 retrospective
expect 02:00+1 curfew.absent closed returned until 01:00+1
