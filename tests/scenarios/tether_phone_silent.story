# The phone itself is silent: that is contact lost, and no word about the tether
tether 45 s
zone home inclusion 50 m
20:00-20:30 at home, noise 6 m, tether intact
20:50-21:00 at home, noise 6 m, tether intact
expect 20:32 contact.lost opened silent since 20:29:00
expect 20:50 contact.lost closed heard_again since 20:29:00 until 20:50:00
