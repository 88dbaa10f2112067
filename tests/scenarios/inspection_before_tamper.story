# The inspection is written down after the strap was opened a second time: that one stays
zone home inclusion 50 m
10:00-10:05 at home, strap open
10:05-11:30 at home, strap intact
11:30-11:35 at home, strap open
11:35-12:10 at home, strap intact
12:00 inspect 11:00
12:05 inspect 12:04
expect 10:00 tamper.strap opened
expect 10:05 tamper.strap updated restored
expect 11:30 tamper.strap updated repeated
expect 11:35 tamper.strap updated restored
expect 12:05 tamper.strap closed inspected until 12:04
