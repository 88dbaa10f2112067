# A bracelet that notices jamming itself is believed at once, and for five positions after
zone home inclusion 50 m
20:00-20:10 at home, noise 6 m
20:10 status, says alarm=jamming
20:11-20:20 at home, noise 6 m
expect 20:10 signal.jammed opened told_by_device since 20:10:00
expect 20:15 signal.jammed closed position_again since 20:10:00 until 20:15:00
