# He is heard without a place, then not at all: two findings, none of them a breach
zone home inclusion 50 m daily 22:00-06:00
20:00-20:10 at home, noise 5 m
20:10-20:30 status, battery 80 %
20:30-20:40 at home, noise 5 m, battery 80 %
until 22:30
expect 20:22:00 position.lost opened no_position since 20:09:00
expect 20:30:00 position.lost closed position_again
expect 20:42:00 contact.lost opened silent since 20:39:00
