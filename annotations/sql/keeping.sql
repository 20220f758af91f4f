-- SPDX-License-Identifier: LGPL-2.1-or-later

-- :name stats
SELECT (SELECT count (*) FROM log),
       (SELECT count (*) FROM op),
       (SELECT count (*) FROM op o WHERE o.commitment IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM body b WHERE b.op_key = o.op_key)
          AND NOT EXISTS (SELECT 1 FROM missing_body m WHERE m.op_key = o.op_key)),
       (SELECT count (*) FROM note),
       (SELECT count (*) FROM entity WHERE kind = 5),
       (SELECT count (*) FROM entity WHERE kind = 1),
       (SELECT count (*) FROM entity WHERE kind = 6);

-- :name data-version
PRAGMA data_version;

-- :name drop-bodies-of-target
DELETE FROM body WHERE op_key IN (SELECT op_key FROM op WHERE target_id = ?1);

-- :name drop-bodies-of-track
DELETE FROM body WHERE op_key IN
  (SELECT o.op_key FROM log l JOIN op o ON o.log_key = l.log_key WHERE l.track_id = ?1);

-- :name notes-in-logs-of-track
SELECT DISTINCT o.target_id FROM log l JOIN op o ON o.log_key = l.log_key WHERE l.track_id = ?1;

-- :name tracks-below-erased
SELECT e.id FROM erased x JOIN entity u ON u.id = x.target_id
  JOIN track t ON t.segment_key = u.entity_key OR t.person_key = u.entity_key
  JOIN entity e ON e.entity_key = t.track_key
  WHERE ?1 IS NOT NULL;

-- :name erasures
SELECT DISTINCT target_id FROM op WHERE kind = 6;

-- :name integrity
PRAGMA integrity_check (100);

-- :name count-notes
SELECT count (*) FROM note;

-- :name count-entities
SELECT count (*) FROM entity WHERE kind IS NOT NULL;

-- :name clear-notes
DELETE FROM note;

-- :name clear-tracks
DELETE FROM track;

-- :name clear-entities
DELETE FROM entity;

-- :name clear-erased
DELETE FROM erased;

-- :name bodies-of-unknown-ops
SELECT count (*) FROM body b WHERE NOT EXISTS (SELECT 1 FROM op o WHERE o.op_key = b.op_key);

-- Notes that the indexes over them would not find.
-- :name misfiled-notes
SELECT count (*) FROM note n LEFT JOIN length_class c ON c.length_class = n.length_class
  LEFT JOIN track t ON t.track_key = n.track_key
  WHERE c.length_class IS NULL
     OR (n.end_ns IS NULL) <> (n.length_class = 0)
     OR n.end_ns - n.start_ns > c.max_ns
     OR (n.length_class > 1 AND n.end_ns - n.start_ns <= c.max_ns / 2)
     OR n.segment_key IS NOT t.segment_key
     OR n.recency / 2048 < min (coalesce (n.edited_utc_us, n.created_utc_us), 4503599627370495);
