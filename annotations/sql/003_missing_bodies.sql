-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Version 3: a body may be on its way.
--
-- A change can come in as a link of its chain alone, its body withheld by whoever sent it or erased
-- there before the erasure itself arrives. Such changes stand here until the body comes or is erased
-- here too, so that a body which was lost by damage can still be told from one that never came.

-- reason: 1 withheld, 2 erased where it came from.
CREATE TABLE missing_body (
  op_key INTEGER PRIMARY KEY REFERENCES op,
  reason INTEGER NOT NULL
);
