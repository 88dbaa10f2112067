# Her phone falls silent, far from him: nobody can tell, and it is a finding of its own
pair 300 m
10:00-10:10 she at home
10:00-10:30 at 5 km east
10:30-10:35 she at home
10:30-10:35 at 5 km east
expect 10:12 pair.silent opened silent since 10:09:00
expect 10:30 pair.silent closed heard_again since 10:09:00 until 10:30:00
