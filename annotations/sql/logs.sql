-- SPDX-License-Identifier: LGPL-2.1-or-later

-- :name get-meta
SELECT value FROM meta WHERE name = ?1;

-- :name set-meta
INSERT INTO meta (name, value) VALUES (?1, ?2)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- :name find-log
SELECT log_key, frozen FROM log WHERE log_id = ?1;

-- :name add-log
INSERT INTO log (log_id, device_id, track_id) VALUES (?1, ?2, ?3);

-- :name freeze-log
UPDATE log SET frozen = 1 WHERE log_key = ?1;

-- :name list-logs
SELECT log_key, log_id, device_id, track_id, frozen FROM log ORDER BY log_key;

-- :name log-head
SELECT seq, branch, clock, hash FROM op WHERE log_key = ?1 ORDER BY seq DESC, branch DESC LIMIT 1;

-- :name newest-clock
SELECT clock FROM op ORDER BY op_key DESC LIMIT 1;

-- :name greatest-clock
SELECT max (clock) FROM op;

-- :name add-op
INSERT INTO op (log_key, seq, branch, parent_branch, clock, kind, role, target_id, commitment, hash)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- :name add-body
INSERT INTO body (op_key, salt, bytes) VALUES (?1, ?2, ?3);

-- :name target-exists
SELECT 1 FROM op WHERE target_id = ?1 LIMIT 1;

-- :name ops-at
SELECT branch, hash, clock, op_key FROM op WHERE log_key = ?1 AND seq = ?2 ORDER BY branch;

-- :name ops-of-log
SELECT o.op_key, o.seq, o.branch, o.parent_branch, o.clock, o.kind, o.role, o.target_id,
       o.commitment, o.hash, b.salt, b.bytes, m.reason
  FROM op o LEFT JOIN body b ON b.op_key = o.op_key
  LEFT JOIN missing_body m ON m.op_key = o.op_key
  WHERE o.log_key = ?1 ORDER BY o.seq, o.branch;

-- The history of one target.
-- :name ops-of-target
SELECT o.op_key, o.clock, o.kind, o.hash, l.log_id, l.track_id, b.bytes
  FROM op o JOIN log l ON l.log_key = o.log_key LEFT JOIN body b ON b.op_key = o.op_key
  WHERE o.target_id = ?1;

-- All targets, one after the other, for projecting anew and for checking.
-- :name ops-by-target
SELECT o.op_key, o.clock, o.kind, o.hash, l.log_id, l.track_id, b.bytes, o.target_id
  FROM op o JOIN log l ON l.log_key = o.log_key LEFT JOIN body b ON b.op_key = o.op_key
  ORDER BY o.target_id;

-- A track as it stands, newest first and on whichever device it was written: what undo and redo
-- walk back along.
-- :name history
SELECT o.op_key, o.kind, o.role, o.target_id FROM log l JOIN op o ON o.log_key = l.log_key
  WHERE l.track_id = ?1 AND o.kind BETWEEN 1 AND 4
  ORDER BY o.clock DESC, l.log_id DESC, o.hash DESC;

-- What a note held before the change ?1: the newest body of an earlier change on the same track.
-- :name body-before
SELECT b.bytes FROM op this JOIN log here ON here.log_key = this.log_key
  JOIN op o ON o.target_id = this.target_id JOIN log l ON l.log_key = o.log_key
  JOIN body b ON b.op_key = o.op_key
  WHERE this.op_key = ?1 AND l.track_id = here.track_id
    AND (o.clock, l.log_id, o.hash) < (this.clock, here.log_id, this.hash)
  ORDER BY o.clock DESC, l.log_id DESC, o.hash DESC LIMIT 1;

-- What a note of the track ?2 holds now.
-- :name body-now
SELECT b.bytes FROM op o JOIN log l ON l.log_key = o.log_key JOIN body b ON b.op_key = o.op_key
  WHERE o.target_id = ?1 AND l.track_id = ?2
  ORDER BY o.clock DESC, l.log_id DESC, o.hash DESC LIMIT 1;

-- :name body-of-op
SELECT bytes FROM body WHERE op_key = ?1;
