# Last seen just outside, then silent until after the window opens: cannot tell opens nothing
zone home inclusion 50 m daily 22:00-06:00
20:00-21:30 at 120 m east, noise 3 m
until 23:00
expect 21:32:00 contact.lost opened
