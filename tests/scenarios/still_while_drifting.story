# The phone lies still on the table while GNSS drifts 90 m off and back
zone home inclusion 50 m
20:00-20:30 at home, noise 6 m, motion still
20:30-20:32 walk home to 90 m east, every 30 s, motion still
20:32-20:35 walk 90 m east to home, every 30 s, motion still
20:35-20:50 at home, noise 6 m, motion still
expect nothing
