# SOS pressed offline arrives half an hour late, twice delivered, then a second press, then a stand-down
zone home inclusion 500 m
19:00-20:00 at home, noise 6 m
20:00:30 at home, sos on, arrives 20:30
20:00:30 at home, sos on, arrives 20:30
20:31 at home, sos on
20:31-20:50 at home
20:40 stand-down
20:41 at home, sos on
expect 20:02 contact.lost opened
expect 20:30:00 sos opened pressed since 20:00:30
expect 20:30:00 contact.lost closed
expect 20:31:00 sos updated pressed since 20:00:30
expect 20:40:00 sos closed stood_down
expect 20:41:00 sos opened since 20:41:00
