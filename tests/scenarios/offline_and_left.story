# Offline for three hours, left during it and still away: alarmed within one interval of reconnecting
zone home inclusion 50 m daily 22:00-06:00
22:00-23:00 at home, noise 6 m
23:00-00:30+1 at home, noise 6 m, arrives 02:00+1
00:30+1-02:00+1 at 2 km south, noise 6 m, arrives 02:00+1
02:00+1-02:10+1 at 2 km south, noise 6 m
expect 23:02 contact.lost opened
expect 02:00+1 contact.lost closed heard_again
expect 02:00+1 curfew.absent opened left_during since 00:30+1
