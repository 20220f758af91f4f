-- SPDX-License-Identifier: LGPL-2.1-or-later

-- :name add-upload
INSERT INTO upload (upload_id, person_id, walk_id, visit_id, segment_id, purpose, title, at_ns,
    length_bytes, metadata, state, created_utc_us, changed_utc_us)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'receiving', ?11, ?11);

-- :name get-upload
SELECT upload_id, person_id, walk_id, visit_id, segment_id, purpose, title, at_ns, length_bytes,
    received_bytes, metadata, state, message, media, changed_utc_us
  FROM upload WHERE upload_id = ?1;

-- :name list-uploads
SELECT upload_id, person_id, walk_id, visit_id, segment_id, purpose, title, at_ns, length_bytes,
    received_bytes, metadata, state, message, media, changed_utc_us
  FROM upload WHERE walk_id = ?1 ORDER BY created_utc_us;

-- :name next-upload
SELECT upload_id, person_id, walk_id, visit_id, segment_id, purpose, title, at_ns, length_bytes,
    received_bytes, metadata, state, message, media, changed_utc_us
  FROM upload WHERE state = ?1 ORDER BY changed_utc_us LIMIT 1;

-- :name stale-upload
SELECT upload_id, person_id, walk_id, visit_id, segment_id, purpose, title, at_ns, length_bytes,
    received_bytes, metadata, state, message, media, changed_utc_us
  FROM upload WHERE state IN ('receiving', 'refused') AND changed_utc_us < ?1 LIMIT 1;

-- The last byte and what follows from it are kept in one.
-- :name set-upload-received
UPDATE upload SET received_bytes = ?2, changed_utc_us = ?3,
    state = CASE WHEN ?2 = length_bytes THEN 'checking' ELSE state END
  WHERE upload_id = ?1 AND state = 'receiving' RETURNING state;

-- :name set-upload-state
UPDATE upload SET state = ?2, message = ?3, segment_id = COALESCE (?4, segment_id),
    media = COALESCE (?5, media), changed_utc_us = ?6
  WHERE upload_id = ?1;

-- :name remove-upload
DELETE FROM upload WHERE upload_id = ?1;

-- :name count-uploads-of
SELECT count(*) FROM upload WHERE person_id = ?1 AND state = 'receiving';

-- :name put-media
INSERT INTO media (media, original, media_type, size_bytes, playable, playable_type, width, height,
    added_utc_us)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING;

-- :name get-media
SELECT original, media_type, size_bytes, playable, playable_type, width, height
  FROM media WHERE media = ?1;

-- :name set-playable
UPDATE media SET playable = ?2, playable_type = ?3 WHERE media = ?1;

-- :name add-work
INSERT INTO work (work_id, segment_id, media, title, at_ns, added_by, added_utc_us)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING;

-- :name list-work
SELECT w.work_id, w.segment_id, w.media, w.title, w.at_ns, m.media_type, m.size_bytes, w.added_by
  FROM work w JOIN media m USING (media) WHERE w.segment_id = ?1 ORDER BY w.added_utc_us;

-- :name get-work
SELECT w.work_id, w.segment_id, w.media, w.title, w.at_ns, m.media_type, m.size_bytes, w.added_by
  FROM work w JOIN media m USING (media) WHERE w.work_id = ?1;

-- :name caller-of-session
SELECT s.person_id, a.may_create, a.is_admin, a.guest_of
  FROM session s JOIN account a USING (person_id)
  WHERE s.session_id = ?1 AND s.expires_utc_us > ?2 AND NOT a.disabled;
