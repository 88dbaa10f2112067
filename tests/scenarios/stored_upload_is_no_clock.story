# Two hours out of coverage and sent in one go: old, and no clock is doubted
zone home inclusion 50 m
20:00-20:30 at home, noise 6 m
20:30-22:30 at home, noise 6 m, arrives 22:30:30
22:31-22:40 at home, noise 6 m
expect 20:32 contact.lost opened silent since 20:29:00
expect 22:30 contact.lost closed heard_again since 20:29:00 until 22:30:30
