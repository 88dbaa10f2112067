# Extras that nobody knows, empty ones and long ones: nothing happens
zone home inclusion 50 m
20:00 at home, says alarm=
20:01 at home, says alarm=;DROP TABLE findings
20:02 at home, says permission.location=ALWAYS
20:03 at home, says __proto__=poweron
20:04 at home, says iOS.locationManagerAuthorizationStatus=kCLAuthorizationStatusAuthorizedAlways
expect nothing
