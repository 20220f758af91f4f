-- SPDX-License-Identifier: LGPL-2.1-or-later

-- :name add-invitation
INSERT INTO link (code_hash, link_id, walk_id, roles, label, uses_left, created_by, created_utc_us,
                  expires_utc_us)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- :name list-invitations
SELECT link_id, walk_id, created_by, roles, label, expires_utc_us, uses_left FROM link
  WHERE walk_id = ?1 AND NOT revoked AND expires_utc_us > ?2
    AND (uses_left IS NULL OR uses_left > 0)
  ORDER BY created_utc_us DESC, link_id;

-- :name find-invitation
SELECT link_id, walk_id, created_by, roles, label, expires_utc_us, uses_left FROM link
  WHERE code_hash = ?1 AND walk_id IS NOT NULL AND NOT revoked AND expires_utc_us > ?2
    AND (uses_left IS NULL OR uses_left > 0);

-- :name get-invitation
SELECT link_id, walk_id, created_by, roles, label, expires_utc_us, uses_left FROM link
  WHERE link_id = ?1 AND walk_id IS NOT NULL;

-- :name revoke-invitation
UPDATE link SET revoked = 1 WHERE link_id = ?1 AND walk_id IS NOT NULL AND NOT revoked
  RETURNING walk_id;

-- :name use-invitation
UPDATE link SET uses_left = uses_left - 1
  WHERE code_hash = ?1 AND walk_id IS NOT NULL AND NOT revoked AND expires_utc_us > ?2
    AND (uses_left IS NULL OR uses_left > 0)
  RETURNING walk_id, link_id;
