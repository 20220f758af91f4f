-- SPDX-License-Identifier: LGPL-2.1-or-later

-- :name greatest-note-key
SELECT max (note_key) FROM note;

-- :name greatest-recency
SELECT max (recency) FROM note WHERE recency >= ?1 AND recency < ?2;

-- :name add-note
INSERT INTO note (note_key, id, recency, track_key, segment_key, lens_key, kind, on_focus, pass,
                  start_ns, end_ns, region, reply_to, created_utc_us, edited_utc_us, tags, text,
                  length_class, wall_utc_ns, wall_uncertainty_ns, pinned_ns)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
          ?21);

-- Times by the wall clock anew, as lw_time_from_wall() has them. ?2: LW_TIME_MAX
-- :name anchor-notes
UPDATE note INDEXED BY note_by_wall SET (start_ns, end_ns) =
    (SELECT at, iif (note.end_ns IS NULL, NULL, at + note.end_ns - note.start_ns)
       FROM (SELECT coalesce (
         (SELECT min (max (note.wall_utc_ns - l.anchor_utc_ns, 0),
                      ?2 - (coalesce (note.end_ns, note.start_ns) - note.start_ns))
            FROM lesson l WHERE l.segment_key = note.segment_key AND l.anchor_utc_ns IS NOT NULL),
         note.pinned_ns) AS at))
  WHERE segment_key = ?1 AND wall_utc_ns IS NOT NULL
    AND track_key NOT IN (SELECT t.track_key FROM track t
                            WHERE t.segment_key = ?1 AND t.shift_ns IS NOT NULL);

-- :name anchor-of-segment
SELECT anchor_utc_ns FROM lesson WHERE segment_key = ?1 AND anchor_utc_ns IS NOT NULL;

-- :name is-track-brought
SELECT shift_ns, drift_ppb, pinned_anchor_utc_ns FROM track
  WHERE track_key = ?1 AND shift_ns IS NOT NULL;

-- What each note of a track says itself, before it is moved from there.
-- :name remember-pinned
UPDATE note SET pinned_ns = start_ns WHERE track_key = ?1 AND pinned_ns IS NULL;

-- The same as lw_track_to_here(). ?2: LW_TIME_MAX
-- :name bring-notes
UPDATE note SET (start_ns, end_ns) =
    (SELECT at, iif (note.end_ns IS NULL, NULL, at + note.end_ns - note.start_ns)
       FROM (SELECT min (max (iif (note.wall_utc_ns IS NOT NULL AND t.pinned_anchor_utc_ns <> 0,
                                   note.wall_utc_ns - t.pinned_anchor_utc_ns,
                                   note.pinned_ns + t.shift_ns
                                     + note.pinned_ns / 1000 * t.drift_ppb / 1000000), 0),
                         ?2 - (coalesce (note.end_ns, note.start_ns) - note.start_ns)) AS at
               FROM track t WHERE t.track_key = note.track_key))
  WHERE track_key = ?1;

-- A track is where it was pinned again.
-- :name take-notes-back
UPDATE note SET (start_ns, end_ns, pinned_ns) =
    (SELECT note.pinned_ns, iif (note.end_ns IS NULL, NULL, note.pinned_ns + note.end_ns - note.start_ns),
            iif (note.wall_utc_ns IS NULL, NULL, note.pinned_ns))
  WHERE track_key = ?1 AND pinned_ns IS NOT NULL;

-- What a note that stands there says itself.
-- :name pinned-of-note
SELECT pinned_ns FROM note WHERE id = ?1 AND start_ns = ?2 AND pinned_ns IS NOT NULL;

-- :name find-note
SELECT note_key, recency, text, track_key FROM note WHERE id = ?1;

-- :name drop-note
DELETE FROM note WHERE note_key = ?1;

-- :name reply-of
SELECT reply_to FROM note WHERE id = ?1;

-- :name notes-of-track
SELECT id FROM note WHERE track_key = ?1;

-- :name tags-of-segment
SELECT DISTINCT tags FROM note WHERE segment_key = ?1 AND tags IS NOT NULL;

-- :name tags
SELECT DISTINCT tags FROM note INDEXED BY note_by_tags WHERE tags IS NOT NULL;

-- The track that a note was added on, by its history.
-- :name track-of-note
SELECT l.track_id FROM op o JOIN log l ON l.log_key = o.log_key
  WHERE o.target_id = ?1 AND o.kind = 1 ORDER BY o.clock, l.log_id LIMIT 1;

-- Whether a segment has more notes than can be looked through one by one.
-- :name is-large-segment
SELECT count (*) > ?2 FROM (SELECT 1 FROM note WHERE segment_key = ?1 LIMIT ?2 + 1);

-- :name is-large-track
SELECT count (*) > ?2 FROM (SELECT 1 FROM note WHERE track_key = ?1 LIMIT ?2 + 1);
