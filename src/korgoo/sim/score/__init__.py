"""The score: what a judge finds in a staging beside what is true of it, and how often it is wrong.

`alarms` (what was raised, by whomever) -> `matching` (alarms and stretches of truth) -> `zones`, `meetings`,
`deeds`, `city` (counting, one subject each) -> `tally` (counts over seeds, and how sure they are). `rivals`
are the rules of other systems, `judges` makes alarms of ours and theirs, `rows` and `programme` say which
stagings give which row. How each row is counted stands in docs/score.md.

Pure: no file, no clock, no chance of its own.
"""
