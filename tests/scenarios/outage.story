# Our own journal is away for twenty minutes: nobody's silence counts, neither contact nor position
zone home inclusion 50 m daily 22:00-06:00
20:00-20:30 at home, noise 5 m
20:30-20:50 outage
20:50:30 status, battery 80 %
20:51-21:00 at home, noise 5 m
expect 20:50 system.outage opened outage since 20:30 until 20:50
