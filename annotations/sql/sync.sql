-- SPDX-License-Identifier: LGPL-2.1-or-later

-- How far each log is: of the walk ?1 and the device ?2, or NULL. Structure comes before notes.
-- :name log-heads
SELECT l.log_key, l.log_id, l.device_id, l.track_id, l.frozen, o.seq, o.hash
  FROM log l JOIN op o ON o.op_key = (SELECT x.op_key FROM op x WHERE x.log_key = l.log_key
                                        ORDER BY x.seq DESC, x.branch DESC LIMIT 1)
  WHERE (?2 IS NULL OR l.device_id = ?2)
    AND (?1 IS NULL OR l.track_id IS NULL OR l.track_id IN (
      SELECT e.id FROM entity v JOIN entity s ON s.parent_id = v.id AND s.kind = 5
        JOIN track t ON t.segment_key = s.entity_key JOIN entity e ON e.entity_key = t.track_key
        WHERE v.kind = 4 AND v.parent_id = ?1))
  ORDER BY l.track_id IS NOT NULL, l.log_key;

-- The ops of a log that nothing follows: more than one after a fork.
-- :name log-ends
SELECT o.hash FROM op o WHERE o.log_key = ?1 AND NOT EXISTS (
    SELECT 1 FROM op n WHERE n.log_key = o.log_key AND n.seq = o.seq + 1
      AND n.parent_branch = o.branch)
  ORDER BY o.hash;

-- :name greatest-op-key
SELECT max (op_key) FROM op;

-- A log from behind (seq ?2, branch ?3) to seq ?4, each op with the hash of the one that it follows.
-- :name ops-between
SELECT o.seq, o.branch, o.clock, o.kind, o.role, o.target_id, o.commitment, o.hash, p.hash, b.salt,
       b.bytes, m.reason
  FROM op o
  LEFT JOIN op p ON p.log_key = o.log_key AND p.seq = o.seq - 1 AND p.branch = o.parent_branch
  LEFT JOIN body b ON b.op_key = o.op_key LEFT JOIN missing_body m ON m.op_key = o.op_key
  WHERE o.log_key = ?1 AND (o.seq, o.branch) > (?2, ?3) AND o.seq <= ?4
  ORDER BY o.seq, o.branch;

-- :name add-missing-body
INSERT OR IGNORE INTO missing_body (op_key, reason) VALUES (?1, ?2);

-- :name is-body-missing
SELECT reason FROM missing_body WHERE op_key = ?1;

-- :name drop-missing-body
DELETE FROM missing_body WHERE op_key = ?1;

-- :name drop-missing-bodies-of-target
DELETE FROM missing_body WHERE op_key IN (SELECT op_key FROM op WHERE target_id = ?1);

-- :name drop-missing-bodies-of-track
DELETE FROM missing_body WHERE op_key IN
  (SELECT o.op_key FROM log l JOIN op o ON o.log_key = l.log_key WHERE l.track_id = ?1);

-- :name list-missing-bodies
SELECT l.log_id, o.seq FROM missing_body m JOIN op o ON o.op_key = m.op_key
  JOIN log l ON l.log_key = o.log_key
  WHERE m.reason = 1 ORDER BY l.log_key, o.seq;
