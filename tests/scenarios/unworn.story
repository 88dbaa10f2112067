# Off the skin and walking about: somebody carries it, and that is said once
zone city inclusion 5000 m
20:00-20:30 at home, noise 6 m, skin intact
20:30-20:32 at home, noise 6 m, skin open, motion still
20:32-20:50 walk home to 900 m east, motion walking
expect 20:30 tamper.skin opened opened_by_device since 20:30:00
expect 20:34 tamper.skin updated moves_unworn since 20:30:00
