# No satellite reaches the cellar: her tag is heard by his phone; then it is heard no more
pair 300 m contacts tag worn bracelet
10:00-10:25 she status, battery 80 %
10:00-10:05 status, battery 80 %
10:03:10 she status, beacon tag    # her own tag beside her says nothing
10:04:10 status, beacon bracelet   # nor does his
10:05-10:08 status, beacon tag
10:08-10:25 status, battery 80 %
expect 10:05 proximity.warning opened approached since 10:05:00
expect 10:05 proximity.breach opened approached since 10:05:00
expect 10:05 proximity.emergency opened approached since 10:05:00
expect 10:13 position.lost opened no_position since 10:00:00
expect 10:15 proximity.warning updated cannot_tell since 10:05:00
expect 10:15 proximity.breach updated cannot_tell since 10:05:00
expect 10:15 proximity.emergency updated cannot_tell since 10:05:00
