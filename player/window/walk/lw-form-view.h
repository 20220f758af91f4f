/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-form-sheet.h"

G_BEGIN_DECLS

/**
 * LwFormView:
 *
 * The form after a visit, filled in beside the lesson: it begins with her own notes, is on disk as
 * she types, and is kept for good when she hands it in.
 *
 * Signals:
 *   "failed" (GError *)
 *   "told" (const char *)   what became of it
 */
#define LW_TYPE_FORM_VIEW (lw_form_view_get_type ())
G_DECLARE_FINAL_TYPE (LwFormView, lw_form_view, LW, FORM_VIEW, GtkBox)

GtkWidget *lw_form_view_new (LwStore *store);
/* @sheet: (transfer full) (nullable): NULL: no form is filled in on this lesson. What she is typing
 * stays, as long as it is the same form. */
void lw_form_view_set_sheet (LwFormView *self, const LwWalking *walking, LwFormSheet *sheet);

G_END_DECLS
