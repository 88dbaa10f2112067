# He cuts the strap within the warning ring; only a person's inspection ends it
pair 300 m
10:00-11:00 she at home, noise 8 m
10:00-10:10 walk 1500 m east to 450 m east
10:10-10:20 at 450 m east
10:15 status, strap open
10:20-10:30 walk 450 m east to 3 km east
10:30-11:00 at 3 km east
10:50 inspect
expect 10:10 proximity.warning opened approached since 10:09:00
expect 10:15 tamper.strap opened opened_by_device since 10:15:00
expect 10:15 pair.tamper opened tamper_near since 10:15:00
expect 10:22 proximity.warning updated receded since 10:09:00
expect 10:26 proximity.warning closed parted since 10:09:00 until 10:21:00
expect 10:50 tamper.strap closed inspected since 10:15:00 until 10:50:00
expect 10:50 pair.tamper closed inspected since 10:15:00 until 10:50:00
