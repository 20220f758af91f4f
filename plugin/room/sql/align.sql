-- SPDX-License-Identifier: LGPL-2.1-or-later

-- What a person has refused is not offered again.
-- :name put-alignment
INSERT INTO alignment (segment_id, from_id, method, state, shift_ns, drift_ppb, agreed, compared)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
  ON CONFLICT (segment_id, from_id) DO UPDATE SET method = excluded.method, state = excluded.state,
    shift_ns = excluded.shift_ns, drift_ppb = excluded.drift_ppb, agreed = excluded.agreed,
    compared = excluded.compared WHERE alignment.state <> 'refused';

-- :name list-alignments
SELECT segment_id, from_id, method, state, shift_ns, drift_ppb, agreed, compared FROM alignment
  WHERE segment_id = ?1 ORDER BY from_id;

-- :name refuse-alignment
UPDATE alignment SET state = 'refused' WHERE segment_id = ?1 AND from_id = ?2 RETURNING 1;

-- :name drop-alignment
DELETE FROM alignment WHERE segment_id = ?1 AND from_id = ?2;

-- :name was-live
SELECT 1 FROM live_source WHERE segment_id = ?1;

-- :name erase-alignments-of-segment
DELETE FROM alignment WHERE segment_id = ?1 OR from_id = ?1;
