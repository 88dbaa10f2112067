-- The history grows by segments of 8,192 rows (docs/adr/0376): from format 1, which had an index by subject and
-- seq and another by subject and time, to format 2. A new journal takes this way too.
DROP INDEX IF EXISTS journal.log_row_subject_seq_idx, journal.log_row_subject_fixed_at_ms_idx;

-- One row for each subject that a full segment holds. It follows from log_row and proves nothing.
CREATE TABLE journal.log_index (
    subject bigint NOT NULL,
    segment bigint NOT NULL CHECK (segment >= 0),
    seqs bigint[] NOT NULL,
    log_from_ms bigint NOT NULL,
    log_until_ms bigint NOT NULL,
    fixed_from_ms bigint,
    fixed_until_ms bigint
);
INSERT INTO journal.log_index
SELECT subject, (seq - 1) / 8192, array_agg(seq),
    min(log_at_ms), max(log_at_ms), min(fixed_at_ms), max(fixed_at_ms)
FROM journal.log_row
WHERE payload IS NOT NULL AND seq <= (SELECT max(seq) FROM journal.log_row) / 8192 * 8192
GROUP BY 2, 1 ORDER BY 2, 1;
-- Times stand in the index too: a look-up passes over a year of segments without touching them.
CREATE INDEX log_index_of_subject ON journal.log_index (subject, segment, fixed_until_ms, fixed_from_ms);

ALTER TABLE journal.log_state ADD COLUMN segments bigint NOT NULL DEFAULT 0;
UPDATE journal.log_state
SET version = 2, segments = coalesce((SELECT max(seq) FROM journal.log_row), 0) / 8192;
