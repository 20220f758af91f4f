-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Pieces that lw-store-query.c puts together: what to give, where to begin (one of several, each
-- with its own index; CROSS JOIN holds SQLite to that order), what must hold, in which order.

-- :name query-columns
SELECT n.id, te.id, se.id, pe.id, n.reply_to, le.id, n.kind, n.on_focus, n.pass, n.start_ns,
       n.end_ns, n.region, n.created_utc_us, n.edited_utc_us, n.text, n.tags,
       n.wall_utc_ns, n.wall_uncertainty_ns

-- :name query-count
SELECT count (*)

-- :name query-recency
SELECT n.recency

-- :name query-from-all
FROM note n

-- :name query-from-newest
FROM note n INDEXED BY note_by_recency

-- :name query-from-segment
FROM (SELECT * FROM note WHERE segment_key = :segment) n

-- A point at the window's end is outside; a range that ends at its start is too.
-- :name query-from-window
FROM length_class c CROSS JOIN note n INDEXED BY note_by_segment
  ON n.segment_key = :segment AND n.length_class = c.length_class
 AND n.start_ns > :window_start - c.max_ns AND n.start_ns < :window_end

-- :name query-from-track
FROM (SELECT * FROM note WHERE track_key = :track) n

-- :name query-from-author
FROM track a CROSS JOIN note n INDEXED BY note_by_track
  ON a.person_key = :author AND n.track_key = a.track_key

-- :name query-from-reply
FROM (SELECT * FROM note WHERE reply_to = :reply_to) n

-- :name query-from-walk
FROM entity v CROSS JOIN entity s ON s.kind = 5 AND s.parent_id = v.id
  CROSS JOIN note n ON v.kind = 4 AND v.parent_id = :walk AND n.segment_key = s.entity_key

-- :name query-from-tags
FROM note n INDEXED BY note_by_tags

-- :name query-from-words
FROM search f CROSS JOIN note n ON f.search MATCH :words AND n.recency = f.rowid

-- The same from a given row on, which is where the newest matches begin.
-- :name query-from-words-ranked
FROM search f CROSS JOIN note n
  ON f.search MATCH :words AND f.rowid >= :ranked_from AND n.recency = f.rowid

-- :name query-from-recent
FROM (SELECT * FROM note INDEXED BY note_by_recency ORDER BY recency DESC LIMIT :recent) n

-- :name query-joins
CROSS JOIN track t ON t.track_key = n.track_key
CROSS JOIN entity te ON te.entity_key = n.track_key
CROSS JOIN entity se ON se.entity_key = n.segment_key
CROSS JOIN entity pe ON pe.entity_key = t.person_key
LEFT JOIN entity le ON le.entity_key = n.lens_key

-- :name query-where
WHERE (:segment IS NULL OR n.segment_key = :segment)
  AND (:track IS NULL OR n.track_key = :track)
  AND (:author IS NULL OR t.person_key = :author)
  AND (:lens IS NULL OR coalesce (n.lens_key, t.lens_key) = :lens)
  AND (:walk IS NULL OR EXISTS (SELECT 1 FROM entity v
         WHERE v.id = se.parent_id AND v.kind = 4 AND v.parent_id = :walk))
  AND (:reply_to IS NULL OR n.reply_to = :reply_to)
  AND (:kinds IS NULL OR (:kinds >> n.kind) & 1)
  AND (:tag IS NULL OR (n.tags IS NOT NULL
         AND instr (char (31) || n.tags || char (31), char (31) || :tag || char (31))))
  AND (:pass IS NULL OR n.pass = :pass)
  AND (:on_focus IS NULL OR n.on_focus)
  AND (:window_end IS NULL OR (n.start_ns < :window_end
         AND (n.start_ns >= :window_start OR n.end_ns > :window_start)))
  AND (:scan IS NULL OR lw_matches (:matcher, n.text))

-- Of the one note that somebody asks for by its id.
-- :name query-where-id
WHERE n.id = ?1

-- Only the tagged rows are in that index, and SQLite must be told that this is enough.
-- :name query-where-tagged
  AND n.tags IS NOT NULL

-- :name query-where-unindexed
  AND n.note_key > :search_upto

-- :name query-order-time
ORDER BY n.start_ns, n.id

-- :name query-order-newest
ORDER BY n.recency DESC

-- :name query-order-words-newest
ORDER BY f.rowid DESC

-- :name query-order-rank
ORDER BY f.rank, f.rowid DESC

-- :name query-limit
LIMIT :limit OFFSET :offset
