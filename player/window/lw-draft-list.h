/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-session.h"

G_BEGIN_DECLS

/**
 * LwDraftList:
 *
 * The notes of this lesson that were put aside half written, by moment; not there while there is
 * none. Pressing one goes on writing it.
 *
 * Signals:
 *   "resumed" ()           one is open again: the keyboard belongs to the composer
 *   "failed" (GError *)    it is not there any more
 */
#define LW_TYPE_DRAFT_LIST (lw_draft_list_get_type ())
G_DECLARE_FINAL_TYPE (LwDraftList, lw_draft_list, LW, DRAFT_LIST, GtkBox)

GtkWidget *lw_draft_list_new (LwSession *session);

G_END_DECLS
