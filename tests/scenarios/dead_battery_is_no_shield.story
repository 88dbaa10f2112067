# The same silence at 6 % of charge: the battery explains it
zone home inclusion 50 m
20:00 coverage 2026-05 placeless 3 silent 2 of 5000
20:01-20:30 at home, noise 6 m, battery 6 %
21:00-21:03 at home, noise 6 m, charging on, battery 30 %
expect 20:01 battery.low opened battery_level since 20:01:00
expect 20:01 battery.critical opened battery_level since 20:01:00
expect 20:32 contact.lost opened silent since 20:29:00
expect 21:00 contact.lost closed heard_again since 20:29:00 until 21:00:00
expect 21:00 battery.low closed charged since 20:01:00 until 21:00:00
expect 21:00 battery.critical closed charged since 20:01:00 until 21:00:00
