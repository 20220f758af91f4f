-- SPDX-License-Identifier: LGPL-2.1-or-later

-- :name clip-add
INSERT INTO clip (clip_id, segment_id, person_id, title, start_ns, end_ns, state, with_notes,
    created_utc_us)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'making', ?7, ?8);

-- :name clip-get
SELECT clip_id, segment_id, person_id, title, start_ns, end_ns, state, message, with_notes,
    created_utc_us FROM clip WHERE clip_id = ?1;

-- :name clip-list
SELECT clip_id, segment_id, person_id, title, start_ns, end_ns, state, message, with_notes,
    created_utc_us FROM clip WHERE segment_id = ?1 ORDER BY created_utc_us, clip_id;

-- :name clip-unmade
SELECT clip_id, segment_id, person_id, title, start_ns, end_ns, state, message, with_notes,
    created_utc_us FROM clip WHERE state = 'making' ORDER BY created_utc_us;

-- :name clip-set-state
UPDATE clip SET state = ?2, message = ?3, media_type = ?4, size_bytes = ?5
  WHERE clip_id = ?1 AND state = 'making' RETURNING 1;

-- :name clip-delete
DELETE FROM clip WHERE clip_id = ?1;

-- What the clip is cut from.
-- :name clip-source
SELECT original FROM media WHERE media = ?1;

-- :name share-add
INSERT INTO share (share_id, token_hash, clip_id, audience, created_utc_us, expires_utc_us,
    views_left)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- :name share-list
SELECT s.share_id, s.audience, s.created_utc_us, s.expires_utc_us, s.views_left, s.revoked,
    (SELECT count(*) FROM share_view v WHERE v.share_id = s.share_id)
  FROM share s WHERE s.clip_id = ?1 ORDER BY s.created_utc_us, s.share_id;

-- :name share-clip
SELECT clip_id FROM share WHERE share_id = ?1;

-- A link that ended by itself was given all the same; one that was taken back was not.
-- :name clip-is-shared
SELECT 1 FROM clip c WHERE c.clip_id = ?1 AND c.state = 'ready'
  AND EXISTS (SELECT 1 FROM share s WHERE s.clip_id = c.clip_id AND NOT s.revoked);

-- :name share-revoke
UPDATE share SET revoked = 1 WHERE share_id = ?1;

-- One statement decides, whatever is wrong with a token, so that all answers are one.
-- :name share-open
UPDATE share SET views_left = views_left - 1
  WHERE token_hash = ?1 AND NOT revoked AND expires_utc_us > ?2
    AND (views_left IS NULL OR views_left > 0)
    AND EXISTS (SELECT 1 FROM clip c WHERE c.clip_id = share.clip_id AND c.state = 'ready')
  RETURNING share_id, clip_id, audience;

-- :name share-view-add
INSERT INTO share_view (ticket_hash, share_id, viewed_utc_us, viewer) VALUES (?1, ?2, ?3, ?4);

-- :name share-by-token
SELECT s.share_id, c.segment_id FROM share s JOIN clip c USING (clip_id)
  WHERE s.token_hash = ?1 AND NOT s.revoked AND s.expires_utc_us > ?2
    AND (s.views_left IS NULL OR s.views_left > 0);

-- A view lasts: whoever has used the last one may finish it.
-- :name share-by-ticket
SELECT s.share_id, c.segment_id, c.clip_id
  FROM share_view v JOIN share s USING (share_id) JOIN clip c USING (clip_id)
  WHERE v.ticket_hash = ?1 AND NOT s.revoked AND s.expires_utc_us > ?2 AND v.viewed_utc_us > ?3;

-- :name share-reply-add
INSERT INTO share_reply (reply_id, share_id, name, text, at_ns, written_utc_us)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6
  WHERE (SELECT count(*) FROM share_reply WHERE share_id = ?2) < 500
  RETURNING 1;

-- :name share-replies
SELECT name, text, at_ns, written_utc_us FROM share_reply WHERE share_id = ?1
  ORDER BY written_utc_us, reply_id;

-- :name share-views
SELECT viewed_utc_us, viewer FROM share_view WHERE share_id = ?1 ORDER BY viewed_utc_us;
