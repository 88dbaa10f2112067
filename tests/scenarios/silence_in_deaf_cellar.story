# Silence by day in a cellar in which four devices are silent for an hour; and longer than that
zone home inclusion 50 m daily 22:00-06:00
07:59 coverage 2026-05 placeless 2 silent 400 of 5000 by 4 usually 60
08:00-08:10 at home, noise 6 m
10:00-10:03 at home, noise 6 m
expect 08:12 contact.lost opened silent since 08:09:00 quiet
expect 09:39 contact.lost updated unexplained since 08:09:00
expect 10:00 contact.lost closed heard_again since 08:09:00 until 10:00:00
