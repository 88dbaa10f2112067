# A phone whose clock runs an hour ahead is judged by the time of arrival
zone home inclusion 50 m daily 22:00-06:00
20:50-21:00 at 600 m east, noise 5 m
21:00-21:10 at 600 m east, clock_faulty on
expect nothing
