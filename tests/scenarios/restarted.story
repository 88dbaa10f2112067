# The firmware starts anew: told once, though the message comes twice
zone home inclusion 50 m
20:00-20:10 at home, noise 6 m
20:10 status, says alarm=poweron
20:10 status, says alarm=poweron, arrives 20:11
20:12-20:20 at home, noise 6 m
expect 20:10 device.restarted opened restarted since 20:10:00 until 20:10:00
