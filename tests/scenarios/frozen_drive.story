# A frozen network position through a drive: satellites go on counting, and the network is doubted
zone city inclusion 30000 m
21:30-22:00 at home, noise 6 m
22:00-22:20 walk home to 18 km east, every 30 s
22:00:10-22:20:10 at home, every 60 s, source network, accuracy 30 m
22:20-22:30 at 18 km east, every 30 s
22:21:10-22:30:10 at 18 km east, every 60 s, source network, accuracy 30 m
expect 22:12 position.frozen opened frozen since 22:02:10
expect 22:23 position.frozen closed plausible_again since 22:02:10 until 22:23:10
