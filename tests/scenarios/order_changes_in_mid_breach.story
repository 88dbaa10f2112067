# New versions of the order in mid-breach: nothing closes, no latch clears, until the duty itself is gone
zone home inclusion 50 m daily 22:00-06:00
21:00-22:30 at 1 km east, noise 5 m, strap open
22:05 zone home inclusion 50 m daily 22:00-06:00 grace 600 s
22:10 zone home inclusion 80 m daily 22:00-06:00
22:20 without home
expect 21:00 tamper.strap opened
expect 22:00 curfew.absent opened
expect 22:10 curfew.absent updated cannot_tell
expect 22:12 curfew.absent updated known_again
expect 22:20 curfew.absent closed order_changed
