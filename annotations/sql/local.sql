-- SPDX-License-Identifier: LGPL-2.1-or-later

-- :name remember-media
INSERT INTO media_place (path, media, size_bytes, mtime_us, seen)
  VALUES (?1, ?2, ?3, ?4, (SELECT coalesce (max (seen), 0) + 1 FROM media_place))
  ON CONFLICT (path) DO UPDATE SET media = excluded.media, size_bytes = excluded.size_bytes,
    mtime_us = excluded.mtime_us, seen = excluded.seen;

-- :name recall-media
SELECT media FROM media_place WHERE path = ?1 AND size_bytes = ?2 AND mtime_us = ?3;

-- :name recall-place
SELECT media, size_bytes FROM media_place WHERE path = ?1;

-- :name media-paths
SELECT path FROM media_place WHERE media = ?1 ORDER BY seen DESC;

-- :name forget-media
DELETE FROM media_place WHERE media = ?1
  AND NOT EXISTS (SELECT 1 FROM entity e WHERE e.media = ?1);

-- :name recent-segments
SELECT e.id, e.body FROM media_place p INDEXED BY media_place_by_seen
  JOIN entity e ON e.media = p.media
  WHERE NOT EXISTS (SELECT 1 FROM media_place q WHERE q.media = p.media AND q.seen > p.seen)
  ORDER BY p.seen DESC, e.added_clock DESC, e.id DESC LIMIT ?1;

-- :name save-draft
INSERT INTO draft_of_note (seq, track_id, note_id, body, put_away)
  VALUES ((SELECT coalesce (max (seq), 0) + 1 FROM draft_of_note), ?1, ?2, ?3, ?4)
  ON CONFLICT (note_id) DO UPDATE SET seq = excluded.seq, track_id = excluded.track_id,
    body = excluded.body, put_away = excluded.put_away;

-- :name drafts-of-track
SELECT note_id, body, put_away FROM draft_of_note WHERE track_id = ?1 ORDER BY seq;

-- :name drop-draft
DELETE FROM draft_of_note WHERE note_id = ?1;

-- :name drop-drafts-of-track
DELETE FROM draft_of_note WHERE track_id = ?1;

-- :name set-setting
INSERT INTO setting (key, value) VALUES (?1, ?2)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- :name drop-setting
DELETE FROM setting WHERE key = ?1;

-- :name get-setting
SELECT value FROM setting WHERE key = ?1;

-- :name drop-settings-about
DELETE FROM setting WHERE instr (key, ?1) OR instr (value, ?1);
