# A wrong Wi-Fi place 300 m off for twelve minutes, while the sensor says still all the time: nothing is opened
zone home inclusion 50 m
20:00-22:00 at home, noise 6 m, motion still, source wifi
22:00-22:12 at 300 m east, noise 6 m, motion still, source wifi
22:12-23:00 at home, noise 6 m, motion still, source wifi
expect nothing
