-- SPDX-License-Identifier: LGPL-2.1-or-later

-- :name add-source
INSERT INTO live_source (source_id, walk_id, visit_id, person_id, kind, key_hash, title, state,
    created_utc_us, address)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'open', ?8, ?9);

-- :name get-source
SELECT source_id, walk_id, visit_id, segment_id, person_id, kind, title, state, origin_utc_us,
    created_utc_us, address
  FROM live_source WHERE source_id = ?1;

-- :name list-sources
SELECT source_id, walk_id, visit_id, segment_id, person_id, kind, title, state, origin_utc_us,
    created_utc_us, address
  FROM live_source WHERE state <> 'kept' ORDER BY created_utc_us;

-- Keys of what is over open nothing.
-- :name source-by-key
SELECT source_id, walk_id, visit_id, segment_id, person_id, kind, title, state, origin_utc_us,
    created_utc_us, address
  FROM live_source WHERE key_hash = ?1 AND state = 'open';

-- :name set-source-key
UPDATE live_source SET key_hash = ?2, address = ?3 WHERE source_id = ?1;

-- :name set-source-begun
UPDATE live_source SET segment_id = ?2, origin_utc_us = ?3 WHERE source_id = ?1;

-- What is over is never open again, and has no use for an address.
-- :name set-source-state
UPDATE live_source SET state = ?2, address = '' WHERE source_id = ?1;

-- :name remove-source
DELETE FROM live_source WHERE source_id = ?1;

-- :name erase-sources-of-segment
DELETE FROM live_source WHERE segment_id = ?1;

-- :name add-clock
INSERT INTO clock (segment_id, media_ns, utc_us, method, uncertainty_ms)
  VALUES (?1, ?2, ?3, ?4, ?5)
  ON CONFLICT DO UPDATE SET utc_us = excluded.utc_us, uncertainty_ms = excluded.uncertainty_ms;

-- :name list-clock
SELECT media_ns, utc_us, method, uncertainty_ms FROM clock WHERE segment_id = ?1 ORDER BY media_ns;

-- :name erase-clock-of-segment
DELETE FROM clock WHERE segment_id = ?1;
