# A strap cut offline arrives after newer fixes, intact ones among them: it is raised all the same
zone home inclusion 50 m
20:00-21:00 at home, noise 6 m, strap intact
21:00-21:10 at home, noise 6 m, strap intact
20:30 status, strap open, arrives 21:05:30
21:30 inspect 21:29
21:10-21:40 at home, strap intact
expect 21:05:30 tamper.strap opened opened_by_device since 20:30:00
expect 21:06 tamper.strap updated restored
expect 21:30 tamper.strap closed inspected until 21:29
