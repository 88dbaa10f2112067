-- The journal's tables in PostgreSQL: the same as in SQLite, with rows in one partition for each month.
CREATE SCHEMA IF NOT EXISTS journal;

CREATE TABLE journal.subject (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL,
    case_id bigint NOT NULL CHECK (case_id >= 0),
    UNIQUE (key, case_id)
);
CREATE INDEX subject_of_case ON journal.subject (case_id);

-- No foreign key on subject: only the journal writes here, and a check for each row halves the rate.
CREATE TABLE journal.log_row (
    seq bigint NOT NULL CHECK (seq > 0),
    log_at_ms bigint NOT NULL,
    raw_at_ms bigint NOT NULL,
    kind text NOT NULL,
    subject bigint NOT NULL,
    month integer NOT NULL,
    body_hash bytea NOT NULL CHECK (length(body_hash) = 32),
    payload bytea,
    row_hash bytea NOT NULL CHECK (length(row_hash) = 32),
    fixed_at_ms bigint,
    payload_hash bytea,
    PRIMARY KEY (seq, log_at_ms),
    CHECK ((payload IS NULL) <> (payload_hash IS NULL))
) PARTITION BY RANGE (log_at_ms);

-- Control rows are few among millions: a gateway's registry is rebuilt from them at each start.
CREATE INDEX ON journal.log_row (seq) WHERE kind NOT IN ('observation', 'mark');

CREATE TABLE journal.log_group (
    number bigint PRIMARY KEY CHECK (number > 0),
    first_seq bigint NOT NULL,
    count bigint NOT NULL CHECK (count > 0),
    link bytea NOT NULL CHECK (length(link) = 32)
);

CREATE TABLE journal.log_state (
    id integer PRIMARY KEY CHECK (id = 1),
    version integer NOT NULL,
    inbox_cursor bigint NOT NULL,
    log_at_ms bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO journal.log_state VALUES (1, 1, 0, 0);

CREATE TABLE journal.erasure (
    case_id bigint PRIMARY KEY CHECK (case_id > 0),
    certificate text NOT NULL,
    rows bigint NOT NULL,
    finished boolean NOT NULL DEFAULT false
);

-- Append-only. The triggers stop mistakes; what stops a forger is the chain.
CREATE FUNCTION journal.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only';
END $$;
-- The one change allowed to a row is losing its payload, and only where its case has an erasure.
CREATE FUNCTION journal.allow_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.payload IS NOT NULL AND NEW.payload IS NULL AND length(NEW.payload_hash) = 32
        AND NEW.fixed_at_ms IS NULL
        AND (NEW.seq, NEW.log_at_ms, NEW.raw_at_ms, NEW.kind, NEW.subject, NEW.month, NEW.body_hash, NEW.row_hash)
          = (OLD.seq, OLD.log_at_ms, OLD.raw_at_ms, OLD.kind, OLD.subject, OLD.month, OLD.body_hash, OLD.row_hash)
        AND EXISTS (
            SELECT 1 FROM journal.erasure e JOIN journal.subject s ON s.case_id = e.case_id WHERE s.id = OLD.subject
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the journal is append-only';
END $$;
CREATE TRIGGER log_row_kept BEFORE DELETE ON journal.log_row FOR EACH ROW EXECUTE FUNCTION journal.refuse();
CREATE TRIGGER log_row_fixed BEFORE UPDATE ON journal.log_row FOR EACH ROW EXECUTE FUNCTION journal.allow_emptying();
CREATE TRIGGER log_row_whole BEFORE TRUNCATE ON journal.log_row EXECUTE FUNCTION journal.refuse();
CREATE TRIGGER log_group_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON journal.log_group EXECUTE FUNCTION journal.refuse();
CREATE TRIGGER subject_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON journal.subject EXECUTE FUNCTION journal.refuse();
CREATE TRIGGER erasure_kept BEFORE DELETE OR TRUNCATE ON journal.erasure EXECUTE FUNCTION journal.refuse();
