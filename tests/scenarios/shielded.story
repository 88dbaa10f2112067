# Silence of a charged device where nobody falls silent: it looks like shielding
zone home inclusion 50 m
20:00 coverage 2026-05 placeless 3 silent 2 of 5000
20:01-20:30 at home, noise 6 m, battery 70 %
21:00-21:03 at home, noise 6 m, battery 69 %
expect 20:32 contact.lost opened silent since 20:29:00
expect 20:32 signal.shielded opened lost_where_good since 20:29:00
expect 21:00 contact.lost closed heard_again since 20:29:00 until 21:00:00
expect 21:00 signal.shielded closed heard_again since 20:29:00 until 21:00:00
