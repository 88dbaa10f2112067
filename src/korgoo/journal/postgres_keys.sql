CREATE SCHEMA IF NOT EXISTS keys;
REVOKE ALL ON SCHEMA keys FROM PUBLIC;

CREATE TABLE keys.case_key (
    case_id bigint NOT NULL CHECK (case_id > 0),
    month integer NOT NULL,
    key bytea NOT NULL CHECK (length(key) = 32),
    PRIMARY KEY (case_id, month)
);

-- A destroyed key can never be made again: its case stays here for ever.
CREATE TABLE keys.tombstone (
    case_id bigint PRIMARY KEY CHECK (case_id > 0),
    certificate text NOT NULL
);
CREATE FUNCTION keys.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'keys never change and tombstones stay';
END $$;
CREATE FUNCTION keys.refuse_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM keys.tombstone WHERE case_id = NEW.case_id) THEN
        RAISE EXCEPTION 'the case was erased';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tombstone_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON keys.tombstone EXECUTE FUNCTION keys.refuse();
CREATE TRIGGER case_key_fixed BEFORE UPDATE ON keys.case_key EXECUTE FUNCTION keys.refuse();
CREATE TRIGGER case_key_refused BEFORE INSERT ON keys.case_key FOR EACH ROW EXECUTE FUNCTION keys.refuse_erased();
