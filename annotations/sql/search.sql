-- SPDX-License-Identifier: LGPL-2.1-or-later

-- :name add-words
INSERT INTO search (rowid, text) VALUES (?1, ?2);

-- :name drop-words
INSERT INTO search (search, rowid, text) VALUES ('delete', ?1, ?2);

-- :name notes-to-index
SELECT note_key, recency, text FROM note WHERE note_key > ?1 ORDER BY note_key LIMIT ?2;

-- The first word at or after ?1, in byte order.
-- :name next-word
SELECT term FROM search_word WHERE term >= ?1 LIMIT 1;

-- :name drop-all-words
INSERT INTO search (search) VALUES ('delete-all');

-- :name optimize-words
INSERT INTO search (search) VALUES ('optimize');

-- Every place of every word, for checking.
-- :name list-words
SELECT term, doc, offset FROM search_word;

-- :name indexed-notes
SELECT recency, text FROM note WHERE note_key <= ?1;
