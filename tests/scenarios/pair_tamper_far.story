# The same far from her is a tamper, and no matter of the pair
pair 300 m
10:00-10:20 she at home, noise 8 m
10:00-10:20 at 3 km east
10:15 status, strap open
expect 10:15 tamper.strap opened opened_by_device since 10:15:00
