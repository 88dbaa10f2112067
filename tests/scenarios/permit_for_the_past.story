# A permit written down afterwards takes the whole finding back, and its revocation brings it again
zone home inclusion 50 m daily 22:00-06:00
21:00-22:40 at 2 km east, noise 6 m
22:40-23:30 at home, noise 6 m
23:00 permit home 21:30-23:00
23:10 permit home 21:30-23:00 revoked
expect 22:00:00 curfew.absent opened absent_at_start
expect 22:41 curfew.absent closed returned
expect 23:00 curfew.absent annulled late_data
expect 23:10 curfew.absent opened absent_at_start since 22:00:00 retrospective
expect 23:10 curfew.absent closed returned
