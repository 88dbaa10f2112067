# Offline for three hours inside, everything is uploaded late: no breach, only the silence
zone home inclusion 50 m daily 22:00-06:00
22:00-23:00 at home, noise 6 m
23:00-02:00+1 at home, noise 6 m, arrives 02:00+1
02:00+1-02:30+1 at home, noise 6 m
expect 23:02 contact.lost opened
expect 02:00+1 contact.lost closed
