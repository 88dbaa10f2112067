# The battery runs down as foretold, then the phone is silent: flat, and no breach
zone home inclusion 50 m daily 22:00-06:00
interval 600 s
16:00-16:20 at home, battery 60 %
16:20-16:40 at home, battery 52 %
16:40-17:00 at home, battery 44 %
17:00-17:20 at home, battery 36 %
17:20-17:40 at home, battery 28 %
17:40-18:00 at home, battery 18 %
18:00-18:20 at home, battery 9 %
18:20 at home, battery 5 %
17:50:30 status, battery 2 %, arrives 18:21
until 23:00
expect 17:00 battery.low opened battery_forecast since 17:00
expect 17:40 battery.critical opened battery_forecast
expect 18:42 contact.lost opened silent since 18:21
expect 18:42 battery.flat opened battery_empty since 18:32:43
