-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Counting notes, and asking for what was counted. Kinds of notes: 0 noticing, 1 wondering, 3 mark of
-- progress.

-- :name count-note
INSERT INTO lens_count (segment_key, lens_key, noticings, wonderings, progress)
  SELECT n.segment_key, coalesce (n.lens_key, t.lens_key, 0), n.kind = 0, n.kind = 1, n.kind = 3
    FROM note n JOIN track t ON t.track_key = n.track_key
    WHERE n.note_key = ?1 AND n.segment_key IS NOT NULL AND n.kind IN (0, 1, 3)
  ON CONFLICT (segment_key, lens_key) DO UPDATE SET noticings = noticings + excluded.noticings,
    wonderings = wonderings + excluded.wonderings, progress = progress + excluded.progress;

-- :name uncount-note
UPDATE lens_count AS c SET noticings = c.noticings - (n.kind = 0),
    wonderings = c.wonderings - (n.kind = 1), progress = c.progress - (n.kind = 3)
  FROM note n JOIN track t ON t.track_key = n.track_key
  WHERE n.note_key = ?1 AND c.segment_key = n.segment_key
    AND c.lens_key = coalesce (n.lens_key, t.lens_key, 0);

-- ?2: 1 or -1.
-- :name count-track
INSERT INTO lens_count (segment_key, lens_key, noticings, wonderings, progress)
  SELECT n.segment_key, coalesce (n.lens_key, t.lens_key, 0), ?2 * sum (n.kind = 0),
      ?2 * sum (n.kind = 1), ?2 * sum (n.kind = 3)
    FROM note n JOIN track t ON t.track_key = n.track_key
    WHERE n.track_key = ?1 AND n.segment_key IS NOT NULL AND n.kind IN (0, 1, 3) GROUP BY 1, 2
  ON CONFLICT (segment_key, lens_key) DO UPDATE SET noticings = noticings + excluded.noticings,
    wonderings = wonderings + excluded.wonderings, progress = progress + excluded.progress;

-- :name count-all-notes
INSERT INTO lens_count (segment_key, lens_key, noticings, wonderings, progress)
  SELECT n.segment_key, coalesce (n.lens_key, t.lens_key, 0), sum (n.kind = 0), sum (n.kind = 1),
      sum (n.kind = 3)
    FROM note n JOIN track t ON t.track_key = n.track_key
    WHERE n.segment_key IS NOT NULL AND n.kind IN (0, 1, 3) GROUP BY 1, 2;

-- :name clear-counts
DELETE FROM lens_count;

-- :name clear-lessons
DELETE FROM lesson;

-- :name clear-visits
DELETE FROM visit;

-- :name clear-places
DELETE FROM place;

-- Counts that the notes do not come to, and those that are missing.
-- :name miscounted
WITH counted AS (
  SELECT segment_key, lens_key, noticings, wonderings, progress FROM lens_count
    WHERE noticings <> 0 OR wonderings <> 0 OR progress <> 0
), real AS (
  SELECT n.segment_key, coalesce (n.lens_key, t.lens_key, 0), sum (n.kind = 0), sum (n.kind = 1),
      sum (n.kind = 3)
    FROM note n JOIN track t ON t.track_key = n.track_key
    WHERE n.segment_key IS NOT NULL AND n.kind IN (0, 1, 3) GROUP BY 1, 2
)
SELECT (SELECT count (*) FROM (SELECT * FROM counted EXCEPT SELECT * FROM real))
     + (SELECT count (*) FROM (SELECT * FROM real EXCEPT SELECT * FROM counted))
     + (SELECT count (*) FROM lesson l JOIN entity e ON e.entity_key = l.segment_key
          WHERE e.kind IS NOT 5)
     + (SELECT count (*) FROM visit v JOIN entity e ON e.entity_key = v.visit_key
          WHERE e.kind IS NOT 4)
     + (SELECT count (*) FROM place p JOIN entity e ON e.entity_key = p.place_key
          WHERE e.kind IS NOT 0);

-- :name put-lesson
INSERT INTO lesson (segment_key, visit_key, anchor_utc_ns) VALUES (?1, ?2, ?3)
  ON CONFLICT (segment_key) DO UPDATE SET visit_key = excluded.visit_key,
    anchor_utc_ns = excluded.anchor_utc_ns;

-- :name put-visit
INSERT INTO visit (visit_key, walk_id, classroom_key) VALUES (?1, ?2, ?3)
  ON CONFLICT (visit_key) DO UPDATE SET walk_id = excluded.walk_id,
    classroom_key = excluded.classroom_key;

-- :name put-place
INSERT INTO place (place_key, kind, parent_key, sort_key) VALUES (?1, ?2, ?3, ?4)
  ON CONFLICT (place_key) DO UPDATE SET kind = excluded.kind, parent_key = excluded.parent_key,
    sort_key = excluded.sort_key;

-- :name drop-lesson
DELETE FROM lesson WHERE segment_key = ?1;

-- :name drop-visit
DELETE FROM visit WHERE visit_key = ?1;

-- :name drop-place
DELETE FROM place WHERE place_key = ?1;

-- :name is-lesson-filed
SELECT 1 FROM lesson WHERE segment_key = ?1 AND visit_key IS ?2 AND anchor_utc_ns IS ?3;

-- :name is-visit-filed
SELECT 1 FROM visit WHERE visit_key = ?1 AND walk_id IS ?2 AND classroom_key IS ?3;

-- :name is-place-filed
SELECT 1 FROM place WHERE place_key = ?1 AND kind = ?2 AND parent_key IS ?3 AND sort_key = ?4;

---------------------------------------------------------------------------------------------------
-- Asking
---------------------------------------------------------------------------------------------------

-- :name list-places-filed
SELECT place_key, kind, parent_key FROM place;

-- :name place-filed
SELECT kind, parent_key FROM place WHERE place_key = ?1;

-- :name list-visits-filed
SELECT visit_key, walk_id, classroom_key FROM visit;

-- :name list-visits-of-walk
SELECT visit_key, classroom_key FROM visit WHERE walk_id = ?1;

-- :name list-lessons-filed
SELECT segment_key, visit_key FROM lesson ORDER BY segment_key;

-- :name lessons-of-visit
SELECT segment_key FROM lesson WHERE visit_key = ?1;

-- :name list-lens-counts
SELECT segment_key, lens_key, noticings, wonderings, progress FROM lens_count
  ORDER BY segment_key, lens_key;

-- :name lens-counts-of-segment
SELECT lens_key, noticings, wonderings, progress FROM lens_count WHERE segment_key = ?1;

-- :name places-by-name
SELECT place_key FROM place WHERE kind = ?1 ORDER BY sort_key, place_key;

-- :name entity-of-key
SELECT id, body FROM entity WHERE entity_key = ?1;

-- :name minutes-of-segment
SELECT coalesce (l.id, tl.id), n.start_ns, coalesce (n.end_ns, n.start_ns)
  FROM note n JOIN track t ON t.track_key = n.track_key
  LEFT JOIN entity l ON l.entity_key = n.lens_key
  LEFT JOIN entity tl ON tl.entity_key = t.lens_key
  WHERE n.segment_key = ?1 AND n.kind IN (0, 1, 3);
