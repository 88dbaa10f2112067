# Still off when the permit runs out: a tamper from then on
zone city inclusion 5000 m
19:59 permit removal 20:00-21:00
20:00-20:10 at home, noise 6 m, strap intact
20:10-21:20 at home, strap open
expect 20:10 removal.permitted opened removed_with_permit since 20:10:00
expect 21:00 removal.permitted closed permit_ended since 20:10:00 until 21:00:00
expect 21:00 tamper.strap opened permit_ended since 21:00:00
