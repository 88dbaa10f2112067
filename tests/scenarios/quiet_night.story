# A quiet night at home: nothing to say
zone home inclusion 50 m daily 22:00-06:00
20:00-08:00+1 at home, noise 8 m
expect nothing
