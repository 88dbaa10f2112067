# Mock locations say home while he is out: they prove nothing, and soon no place is known
zone home inclusion 50 m daily 22:00-06:00
21:00-21:30 at home, noise 6 m
21:30-23:00 at home, mock on
expect 21:32 position.mock opened mocked since 21:30
expect 21:42 position.lost opened no_position
