/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-engine.h"

G_BEGIN_DECLS

/* For the tests: after how long without progress the watchdog gives up. */
void lw_engine_set_patience (LwEngine *self, guint patience_ms);

G_END_DECLS
