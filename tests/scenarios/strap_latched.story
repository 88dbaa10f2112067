# A strap that reads whole again stays latched until somebody has looked, and an earlier cut corrects it
zone home inclusion 50 m
20:00-20:10 at home, strap intact
20:10 at home, strap open
20:11-20:20 at home, strap intact
20:05:30 at home, strap open, arrives 20:20
20:20-20:30 at home, strap intact
20:25 inspect 20:04
20:29 inspect 20:28
expect 20:10 tamper.strap opened opened_by_device since 20:10
expect 20:11 tamper.strap updated restored
expect 20:20 tamper.strap corrected late_data since 20:05:30
expect 20:29 tamper.strap closed inspected
