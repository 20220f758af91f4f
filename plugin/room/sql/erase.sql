-- SPDX-License-Identifier: LGPL-2.1-or-later

-- :name erase-clips-of-segment
SELECT clip_id FROM clip WHERE segment_id = ?1;

-- :name erase-clips-of-person
SELECT clip_id FROM clip WHERE person_id = ?1;

-- :name erase-uploads-of-segment
SELECT upload_id FROM upload WHERE segment_id = ?1;

-- A lesson of another teacher's stays, and what browsers need of it is still made.
-- :name erase-uploads-of-person
SELECT upload_id FROM upload WHERE person_id = ?1 AND state <> 'making';

-- Files of student work that belong to nothing else.
-- :name erase-work-media-of-segment
SELECT DISTINCT w.media FROM work w WHERE w.segment_id = ?1
  AND NOT EXISTS (SELECT 1 FROM work o WHERE o.media = w.media AND o.segment_id <> ?1);

-- :name erase-drop-work-of-segment
DELETE FROM work WHERE segment_id = ?1;

-- The same of one sample.
-- :name erase-media-of-work
SELECT w.media FROM work w WHERE w.work_id = ?1
  AND NOT EXISTS (SELECT 1 FROM work o WHERE o.media = w.media AND o.work_id <> w.work_id);

-- :name erase-drop-work
DELETE FROM work WHERE work_id = ?1;

-- :name erase-drop-media
DELETE FROM media WHERE media = ?1 AND NOT EXISTS (SELECT 1 FROM work w WHERE w.media = ?1);

-- :name erase-drop-upload
DELETE FROM upload WHERE upload_id = ?1;

-- :name erase-drop-account
DELETE FROM account WHERE person_id = ?1;

-- :name erase-drop-links-of-person
DELETE FROM link WHERE person_id = ?1;

-- :name erase-unname-links-of-person
UPDATE link SET created_by = NULL WHERE created_by = ?1;

-- :name hold-put
INSERT INTO hold (segment_id, reason, placed_by, placed_utc_us) VALUES (?1, ?2, ?3, ?4)
  ON CONFLICT (segment_id) DO UPDATE SET reason = excluded.reason, placed_by = excluded.placed_by,
    placed_utc_us = excluded.placed_utc_us;

-- :name hold-drop
DELETE FROM hold WHERE segment_id = ?1 RETURNING 1;

-- :name hold-get
SELECT reason FROM hold WHERE segment_id = ?1;

-- :name retention-media-age
SELECT added_utc_us FROM media WHERE media = ?1;
