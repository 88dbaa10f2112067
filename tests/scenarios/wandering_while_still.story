# He came home, lay down, and his positions wandered 90 m away for twenty minutes: nobody leaves without moving
zone home inclusion 50 m daily 22:00-06:00
21:40-21:44 walk 300 m east to home, every 15 s, motion walking
21:44-22:39 at home, every 15 s, noise 6 m, motion still
22:39-22:40 at 45 m east, every 15 s, noise 6 m, motion still
22:40-23:00 at 90 m east, every 15 s, noise 6 m, motion still
23:00-23:30 at home, every 15 s, noise 6 m, motion still
expect nothing
