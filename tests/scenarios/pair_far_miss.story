# He passes at 850 m: outside every ring
pair 300 m
10:00-10:40 she at home, noise 8 m
10:00-10:40 walk 1200 m north to 1200 m east
expect nothing
