# The permit is for tomorrow: taken off today is a tamper
zone city inclusion 5000 m
19:59 permit removal 20:00+1-21:00+1
20:00-20:10 at home, noise 6 m, strap intact
20:10-20:12 at home, strap open
expect 20:10 tamper.strap opened opened_by_device since 20:10:00
