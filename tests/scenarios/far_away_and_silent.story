# Last seen 200 km away, twenty minutes before the window: nobody comes home that fast
zone home inclusion 50 m daily 22:00-06:00
20:00-21:40 at 200 km east, noise 3 m
until 23:00
expect 21:42:00 contact.lost opened
expect 22:00:00 curfew.absent opened absent_at_start
expect 22:45 curfew.absent updated cannot_tell
