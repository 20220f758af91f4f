-- SPDX-License-Identifier: LGPL-2.1-or-later

-- :name add-account
INSERT INTO account (person_id, login, name, may_create, is_admin, guest_of, created_utc_us)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING RETURNING 1;

-- :name get-account
SELECT login, name, may_create, is_admin, guest_of FROM account
  WHERE person_id = ?1 AND NOT disabled;

-- :name add-sign-in
INSERT INTO link (code_hash, link_id, person_id, uses_left, created_utc_us, expires_utc_us)
  VALUES (?1, ?2, ?3, 1, ?4, ?5);

-- :name use-sign-in
UPDATE link SET uses_left = uses_left - 1
  WHERE code_hash = ?1 AND walk_id IS NULL AND person_id IS NOT NULL AND uses_left > 0
    AND NOT revoked AND expires_utc_us > ?2
  RETURNING person_id;

-- :name add-session
INSERT INTO session (token_hash, session_id, person_id, created_utc_us, expires_utc_us)
  VALUES (?1, ?2, ?3, ?4, ?5);

-- :name find-session
SELECT s.person_id, s.session_id, s.expires_utc_us, a.may_create, a.is_admin, a.guest_of
  FROM session s JOIN account a USING (person_id)
  WHERE s.token_hash = ?1 AND NOT a.disabled;

-- :name session-lasts
SELECT 1 FROM session s JOIN account a USING (person_id)
  WHERE s.session_id = ?1 AND s.expires_utc_us > ?2 AND NOT a.disabled;

-- :name end-session
DELETE FROM session WHERE session_id = ?1;

-- :name end-sessions
DELETE FROM session WHERE person_id = ?1;

-- :name end-other-sessions
DELETE FROM session WHERE person_id = ?1 AND session_id <> ?2;

-- :name session-created
SELECT created_utc_us FROM session WHERE session_id = ?1;

-- A login that somebody else has, or none at all, changes nothing.
-- :name set-password
UPDATE OR IGNORE account SET login = coalesce (?2, login), password = ?3
  WHERE person_id = ?1 AND coalesce (?2, login) IS NOT NULL AND guest_of IS NULL
  RETURNING 1;

-- :name password-of-login
SELECT person_id, password FROM account WHERE login = ?1 AND NOT disabled;

-- :name password-of-person
SELECT person_id, password FROM account WHERE person_id = ?1 AND NOT disabled;

-- :name find-accounts
SELECT person_id, login, name FROM account
  WHERE NOT disabled AND (login = ?1 OR name = ?1 OR person_id = ?2) ORDER BY name, person_id LIMIT 20;

-- :name find-oidc
SELECT person_id, disabled FROM account WHERE oidc_issuer = ?1 AND oidc_subject = ?2;

-- :name set-oidc
UPDATE OR IGNORE account SET oidc_issuer = ?2, oidc_subject = ?3 WHERE person_id = ?1 RETURNING 1;
