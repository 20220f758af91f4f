/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "lw-rooms.h"

G_BEGIN_DECLS

/* How one goes into a walk: reads the norms, chooses a lens, writes an intention; the room is told.
 * Signals: "told" (char *) what became of it, in a sentence */
#define LW_TYPE_PREPARE_DIALOG (lw_prepare_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LwPrepareDialog, lw_prepare_dialog, LW, PREPARE_DIALOG, AdwWindow)

/* NULL with @error if nothing is known of the walk yet. */
GtkWindow *lw_prepare_dialog_new (LwStore *store,
                                  const LwJoined *joined,
                                  GtkWindow *parent,
                                  GError **error);

G_END_DECLS
