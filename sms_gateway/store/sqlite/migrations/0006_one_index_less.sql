-- oldest: 1
-- What a number was answered is found by its texts. In a full log each row of an index by a hash
-- costs a page of its own, twice, and this one a quarter of all that a message writes. Older code
-- still runs without it, but goes through the whole outbox for each answer.
DROP INDEX outbox_recipient;
