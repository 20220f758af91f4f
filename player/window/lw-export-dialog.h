/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "lw-session.h"

G_BEGIN_DECLS

/* Asks in which form and whose notes, then where, and writes them.
 * Signals: "told" (char *) what became of it, in a sentence */
#define LW_TYPE_EXPORT_DIALOG (lw_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LwExportDialog, lw_export_dialog, LW, EXPORT_DIALOG, AdwWindow)

GtkWindow *lw_export_dialog_new (LwSession *session, GtkWindow *parent);

G_END_DECLS
