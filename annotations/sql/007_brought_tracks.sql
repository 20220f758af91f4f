-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Version 7: tracks that were brought from one recording of a lesson to another.
--
-- Their notes say when they were pinned on the one, and stand on the other by what follows. NULL: the
-- track is where it was pinned. note.pinned_ns holds what each of their notes says itself, too.

ALTER TABLE track ADD COLUMN shift_ns INTEGER;
ALTER TABLE track ADD COLUMN drift_ppb INTEGER;
ALTER TABLE track ADD COLUMN pinned_anchor_utc_ns INTEGER;
