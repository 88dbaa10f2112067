# A wrong Wi-Fi place for four minutes among satellites that see home opens nothing
zone home inclusion 50 m daily 22:00-06:00
21:30-22:30 at home, noise 6 m, every 30 s
22:05:15-22:09:15 at 9 km north, every 30 s, source wifi, accuracy 30 m
expect nothing
