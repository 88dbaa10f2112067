# In mid-breach the order gets a new place, another clause and a wider ring: nothing closes
pair 300 m
10:00-11:00 she at home, noise 8 m
10:00-10:10 walk 1 km east to 100 m east
10:10-11:00 at 100 m east, noise 8 m
10:20:30 pair 300 m reaction 300 s
10:30:30 place work 50 m at 9 km east
10:40:30 pair 400 m
expect 10:06 proximity.warning opened approached since 10:05:00
expect 10:09 proximity.breach opened approached since 10:08:00
expect 10:11 proximity.emergency opened approached since 10:10:00
expect 10:40 proximity.warning updated cannot_tell since 10:05:00
expect 10:40 proximity.breach updated cannot_tell since 10:08:00
expect 10:40 proximity.emergency updated cannot_tell since 10:10:00
expect 10:41 proximity.warning updated known_again since 10:05:00
expect 10:41 proximity.breach updated known_again since 10:08:00
expect 10:41 proximity.emergency updated known_again since 10:10:00
