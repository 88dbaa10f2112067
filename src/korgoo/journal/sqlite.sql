-- The journal's tables in SQLite. docs/journal.md explains them.
-- "subject" interns (key, case): rows and index then hold a small number instead of two long fields.
CREATE TABLE subject (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    case_id INTEGER NOT NULL CHECK (case_id >= 0),
    UNIQUE (key, case_id)
) STRICT;
CREATE INDEX subject_of_case ON subject (case_id);

CREATE TABLE log_row (
    seq INTEGER PRIMARY KEY CHECK (seq > 0),
    log_at_ms INTEGER NOT NULL,
    raw_at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject INTEGER NOT NULL REFERENCES subject (id),
    month INTEGER NOT NULL,
    body_hash BLOB NOT NULL CHECK (length(body_hash) = 32),
    payload BLOB,
    row_hash BLOB NOT NULL CHECK (length(row_hash) = 32),
    fixed_at_ms INTEGER,
    payload_hash BLOB,
    CHECK ((payload IS NULL) <> (payload_hash IS NULL))
) STRICT;

-- Control rows are few among millions: a gateway's registry is rebuilt from them at each start.
CREATE INDEX log_row_control ON log_row (seq) WHERE kind NOT IN ('observation', 'mark');

CREATE TABLE log_group (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    first_seq INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    link BLOB NOT NULL CHECK (length(link) = 32)
) STRICT;

-- History by subject: filled a segment (8,192 rows) at a time, so that it grows at its end only.
CREATE TABLE log_index (
    segment INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    fixed_at_ms INTEGER,
    PRIMARY KEY (segment, subject, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    inbox_cursor INTEGER NOT NULL,
    segments INTEGER NOT NULL -- how many segments the index holds
) STRICT;
INSERT INTO log_state VALUES (1, 0, 0);

CREATE TABLE erasure (
    case_id INTEGER PRIMARY KEY CHECK (case_id > 0),
    certificate TEXT NOT NULL,
    rows INTEGER NOT NULL,
    finished INTEGER NOT NULL DEFAULT 0 CHECK (finished IN (0, 1))
) STRICT;

-- Append-only. The triggers stop mistakes; what stops a forger is the chain.
-- The one change allowed to a row is losing its payload, and only where its case has an erasure.
CREATE TRIGGER log_row_kept BEFORE DELETE ON log_row BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER log_row_fixed BEFORE UPDATE ON log_row
WHEN NOT (
    OLD.payload IS NOT NULL AND NEW.payload IS NULL AND length(NEW.payload_hash) = 32 AND NEW.fixed_at_ms IS NULL
    AND NEW.seq = OLD.seq AND NEW.log_at_ms = OLD.log_at_ms AND NEW.raw_at_ms = OLD.raw_at_ms
    AND NEW.kind = OLD.kind AND NEW.subject = OLD.subject AND NEW.month = OLD.month
    AND NEW.body_hash = OLD.body_hash AND NEW.row_hash = OLD.row_hash
    AND EXISTS (
        SELECT 1 FROM erasure JOIN subject ON subject.case_id = erasure.case_id WHERE subject.id = OLD.subject
    )
)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER log_group_kept BEFORE DELETE ON log_group BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER log_group_fixed BEFORE UPDATE ON log_group BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER subject_kept BEFORE DELETE ON subject BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER subject_fixed BEFORE UPDATE ON subject BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER erasure_kept BEFORE DELETE ON erasure BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
