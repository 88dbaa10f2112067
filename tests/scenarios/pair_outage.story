# Our own journal is away for twenty minutes: nobody is silent for that
pair 300 m
10:00-10:10 she at 5 km east
10:00-10:10 at home
10:10-10:30 outage
10:31-10:40 she at 5 km east
10:31-10:40 at home
expect 10:30 system.outage opened outage since 10:10:00 until 10:30:00
