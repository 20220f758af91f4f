-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Version 3: live lessons that the room fetches, or waits for at a port of its own.

-- With its passwords, and for as long as the live lesson is open; empty for those by nginx.
ALTER TABLE live_source ADD COLUMN address TEXT NOT NULL DEFAULT '';
