ALTER TABLE firn.namespace ADD COLUMN later text;
