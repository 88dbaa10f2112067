# The same cellar under the curfew: silence calls as everywhere
zone home inclusion 50 m daily 22:00-06:00
21:59 coverage 2026-05 placeless 2 silent 400 of 5000 by 4 usually 60
22:00-22:10 at home, noise 6 m
22:40-22:43 at home, noise 6 m
expect 22:12 contact.lost opened silent since 22:09:00
expect 22:40 contact.lost closed heard_again since 22:09:00 until 22:40:00
