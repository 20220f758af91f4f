-- SPDX-License-Identifier: LGPL-2.1-or-later

-- :name audit-head
SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1;

-- :name audit-add
INSERT INTO audit (seq, utc_us, person_id, action, walk_id, segment_id, target_id, detail, hash)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- :name audit-all
SELECT seq, utc_us, person_id, action, walk_id, segment_id, target_id, detail, hash FROM audit
  WHERE seq > ?1 ORDER BY seq LIMIT 1000;

-- What concerns one lesson: its own rows, and those of its walk that open it to people.
-- :name audit-of-segment
SELECT * FROM (
    SELECT seq, utc_us, person_id, action, detail FROM audit
      WHERE segment_id = ?1 AND seq < ?3
    UNION ALL
    SELECT seq, utc_us, person_id, action, detail FROM audit
      WHERE walk_id = ?2 AND segment_id IS NULL AND seq < ?3)
  ORDER BY seq DESC LIMIT ?4;
