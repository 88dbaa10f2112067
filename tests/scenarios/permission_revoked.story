# The phone may no longer locate in the background, and then may again; a repeat tells nothing
zone home inclusion 50 m
20:00-20:10 at home, noise 6 m
20:10 status, says android.loc=-1
20:10-20:20 at home, noise 6 m
20:20 status, says android.loc=0
20:05 status, says android.loc=-1, arrives 20:21
20:21-20:25 at home, noise 6 m
expect 20:10 phone.permission opened revoked since 20:10:00
expect 20:20 phone.permission closed granted_again since 20:10:00 until 20:20:00
