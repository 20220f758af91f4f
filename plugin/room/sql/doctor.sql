-- SPDX-License-Identifier: LGPL-2.1-or-later

-- :name doctor-media
SELECT media, original, size_bytes FROM media;

-- :name doctor-clips
SELECT clip_id, size_bytes FROM clip WHERE state = 'ready';

-- :name doctor-newest
SELECT max (utc_us) FROM audit;
