# Her phone hears the bracelet that he wears: it says the same
pair 300 m contacts tag worn bracelet
10:00-10:10 she at home
10:00-10:10 status, battery 80 %
10:05:20 she status, beacon bracelet
expect 10:05 proximity.warning opened approached since 10:05:20
expect 10:05 proximity.breach opened approached since 10:05:20
expect 10:05 proximity.emergency opened approached since 10:05:20
