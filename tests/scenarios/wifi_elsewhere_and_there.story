# A wrong Wi-Fi place for nine minutes while the sensor misreads rest as walking: nobody left
zone home inclusion 50 m daily 22:00-06:00
20:00-23:00 at home, noise 4 m, motion still, source wifi
23:00-23:02 at 110 m east, noise 3 m, motion walking, source wifi
23:02-23:09 at 110 m east, noise 3 m, motion still, source wifi
23:09-23:30 at home, noise 4 m, motion still, source wifi
expect nothing
