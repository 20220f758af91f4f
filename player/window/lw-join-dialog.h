/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "lw-rooms-keeper.h"

G_BEGIN_DECLS

/**
 * LwJoinDialog:
 *
 * Takes the link to a walk, and a name, and goes in. It stays open, with what was typed, until that
 * has worked: what a room refuses is told beside the link.
 *
 * Signals:
 *   "told" (char *)     she is in, in a sentence for her; the dialog is closing
 */
#define LW_TYPE_JOIN_DIALOG (lw_join_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LwJoinDialog, lw_join_dialog, LW, JOIN_DIALOG, AdwWindow)

/* @keeper: (transfer none): is woken once the walk is joined. */
GtkWindow *lw_join_dialog_new (LwStore *store, LwRoomsKeeper *keeper, GtkWindow *parent);

G_END_DECLS
