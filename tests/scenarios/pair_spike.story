# One wrong fix of his lies beside her; hers come before and after it: no breach
pair 300 m
10:00:30-10:30 she at home, every 20 s, noise 8 m
10:00-10:15 at 2 km east, noise 8 m
10:15 at home
10:16-10:30 at 2 km east, noise 8 m
expect nothing
