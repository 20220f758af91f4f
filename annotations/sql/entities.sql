-- SPDX-License-Identifier: LGPL-2.1-or-later

-- :name find-entity
SELECT entity_key, kind FROM entity WHERE id = ?1;

-- :name name-entity
INSERT INTO entity (id) VALUES (?1);

-- :name put-entity
INSERT INTO entity (id, kind, parent_id, position, media, added_clock, body)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
  ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, parent_id = excluded.parent_id,
    position = excluded.position, media = excluded.media, added_clock = excluded.added_clock,
    body = excluded.body;

-- :name get-entity
SELECT body FROM entity WHERE id = ?1 AND kind = ?2;

-- :name entity-row
SELECT kind, parent_id, position, media, added_clock, body FROM entity WHERE id = ?1;

-- An entity that others may still name stays as its bare id.
-- :name strip-entity
UPDATE entity SET kind = NULL, parent_id = NULL, position = 0, media = NULL, added_clock = NULL,
    body = NULL WHERE id = ?1;

-- :name list-entities
SELECT id, body FROM entity WHERE kind = ?1 ORDER BY added_clock, id;

-- :name list-entities-below
SELECT id, body FROM entity WHERE kind = ?1 AND parent_id = ?2 ORDER BY position, added_clock, id;

-- :name segments-of-media
SELECT id, body FROM entity WHERE media = ?1 ORDER BY added_clock DESC, id DESC;

-- :name walk-of-segment
SELECT w.id, w.body FROM entity s
  JOIN entity v ON v.id = s.parent_id AND v.kind = 4
  JOIN entity w ON w.id = v.parent_id AND w.kind = 3
  WHERE s.id = ?1 AND s.kind = 5;

-- :name put-track
INSERT INTO track (track_key, segment_key, person_key, lens_key, shift_ns, drift_ppb,
                   pinned_anchor_utc_ns)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
  ON CONFLICT (track_key) DO UPDATE SET segment_key = excluded.segment_key,
    person_key = excluded.person_key, lens_key = excluded.lens_key, shift_ns = excluded.shift_ns,
    drift_ppb = excluded.drift_ppb, pinned_anchor_utc_ns = excluded.pinned_anchor_utc_ns;

-- :name drop-track
DELETE FROM track WHERE track_key = ?1;

-- :name get-track
SELECT t.segment_key, s.id, p.id FROM track t
  JOIN entity s ON s.entity_key = t.segment_key
  JOIN entity p ON p.entity_key = t.person_key
  WHERE t.track_key = ?1;

-- :name track-of
SELECT e.id, e.body FROM track t JOIN entity e ON e.entity_key = t.track_key
  WHERE t.segment_key = ?1 AND t.person_key = ?2 AND t.shift_ns IS NULL ORDER BY e.added_clock, e.id LIMIT 1;

-- :name tracks-of-segment
SELECT e.id FROM track t JOIN entity e ON e.entity_key = t.track_key WHERE t.segment_key = ?1;

-- :name tracks-of-person
SELECT e.id FROM track t JOIN entity e ON e.entity_key = t.track_key WHERE t.person_key = ?1;

-- :name move-notes-of-track
UPDATE note SET segment_key = ?2 WHERE track_key = ?1 AND segment_key IS NOT ?2;

-- :name is-erased
SELECT 1 FROM erased WHERE target_id = ?1;

-- :name add-erased
INSERT OR IGNORE INTO erased (target_id) VALUES (?1);
