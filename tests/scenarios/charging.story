# Put on the charger, low ends; a late reading of the past changes nothing
zone home inclusion 50 m
20:00-20:05 at home, battery 21 %
20:05-20:10 at home, battery 20 %
20:10-20:20 at home, battery 20 %, charging on
20:07:30 status, battery 8 %, charging off, arrives 20:15:10
20:20-20:30 at home, battery 24 %, charging off
20:30-20:35 at home, battery 20 %
expect 20:05 battery.low opened battery_level
expect 20:10 battery.low closed charged
expect 20:30 battery.low opened battery_level
