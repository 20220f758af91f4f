/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-standing.h"

G_BEGIN_DECLS

/* Of whom a card speaks: what was said of it, or else what its note's tags say; "". Pure. */
const char *lw_evidence_get_about (const char *about, const char *const *tags);

/* Whether a card, or what its note's tags say, is of what students did. Pure. */
gboolean lw_evidence_is_of_students (const char *about, const char *const *tags);

/**
 * lw_evidence_check:
 * @phase, @step: where the walk is to go; @step: (nullable)
 * @ret_missing: (out) (transfer full): NULL where nothing stands against it, or a sentence on what
 *   comes first
 *
 * Asks whether what the steps between here and there wait for is on the board. On the way back
 * nothing is asked, and nothing where nobody pinned anything.
 *
 * Returns: FALSE with an error of #LwStoreError
 */
gboolean lw_evidence_check (const LwStanding *standing,
                            const LwPhase *phase,
                            const LwPhaseStep *step,
                            char **ret_missing,
                            GError **error);

G_END_DECLS
