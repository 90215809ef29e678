-- The customers' origins. Each change has a number, in the order in which the changes take effect: who has seen a
-- number has seen all before it. That is because the row in `revision` is locked until the transaction ends.
CREATE TABLE origins (origin text PRIMARY KEY);

CREATE TABLE revision (number bigint NOT NULL);
INSERT INTO revision VALUES (0);

CREATE TABLE changes (number bigint PRIMARY KEY, origin text NOT NULL);

CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed text;
    next bigint;
BEGIN
    FOREACH changed IN ARRAY array_remove(ARRAY[
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.origin END,
        CASE WHEN TG_OP <> 'DELETE' THEN NEW.origin END
    ], NULL) LOOP
        UPDATE revision SET number = number + 1 RETURNING number INTO next;
        INSERT INTO changes VALUES (next, changed);
    END LOOP;
    PERFORM pg_notify('origins', '');
    RETURN NULL;
END $$;

CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON origins
    FOR EACH ROW EXECUTE FUNCTION note_change();

CREATE ROLE instance_1 LOGIN;
CREATE ROLE instance_2 LOGIN;
CREATE ROLE instance_3 LOGIN;
GRANT SELECT ON origins, revision, changes TO instance_1, instance_2, instance_3;
