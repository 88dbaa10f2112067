CREATE TABLE case_key (
    case_id INTEGER NOT NULL CHECK (case_id > 0),
    month INTEGER NOT NULL,
    key BLOB NOT NULL CHECK (length(key) = 32),
    PRIMARY KEY (case_id, month)
) STRICT, WITHOUT ROWID;

-- A destroyed key can never be made again: its case stays here for ever.
CREATE TABLE tombstone (
    case_id INTEGER PRIMARY KEY CHECK (case_id > 0),
    certificate TEXT NOT NULL
) STRICT;
CREATE TRIGGER tombstone_kept BEFORE DELETE ON tombstone BEGIN SELECT RAISE(ABORT, 'a tombstone stays'); END;
CREATE TRIGGER tombstone_fixed BEFORE UPDATE ON tombstone BEGIN SELECT RAISE(ABORT, 'a tombstone stays'); END;
CREATE TRIGGER case_key_fixed BEFORE UPDATE ON case_key BEGIN SELECT RAISE(ABORT, 'a key never changes'); END;
CREATE TRIGGER case_key_refused BEFORE INSERT ON case_key
WHEN EXISTS (SELECT 1 FROM tombstone WHERE case_id = NEW.case_id)
BEGIN SELECT RAISE(ABORT, 'the case was erased'); END;
