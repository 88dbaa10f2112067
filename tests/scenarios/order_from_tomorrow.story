# A version that takes effect later changes nothing before
zone home inclusion 50 m daily 22:00-06:00
21:00-21:40 at 600 m east, noise 5 m
21:10 zone work exclusion 200 m at 600 m east effective 21:30
expect 21:32 zone.enter opened inside since 21:31
