# Forty cell fixes in another town: no breach by them, the place is unknown
zone home inclusion 50 m daily 22:00-06:00
21:30-22:10 at home, noise 6 m
22:10-22:50 at 30 km north, source cell, accuracy 2500 m
expect 22:22 position.lost opened no_position since 22:09:00
