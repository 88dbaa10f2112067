"""Rules of the log lane: what is judged by the time at which we knew. `order` lists them."""
