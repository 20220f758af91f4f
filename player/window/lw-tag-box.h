/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * LwTagBox:
 *
 * Tags as chips, and an entry for more.
 *
 * Signals:
 *   "changed" ()   by the person, not by lw_tag_box_set_tags()
 *   "done" ()      Enter in the empty entry
 */
#define LW_TYPE_TAG_BOX (lw_tag_box_get_type ())
G_DECLARE_FINAL_TYPE (LwTagBox, lw_tag_box, LW, TAG_BOX, GtkWidget)

GtkWidget *lw_tag_box_new (void);
void lw_tag_box_set_tags (LwTagBox *self, const char *const *tags);
const char *const *lw_tag_box_get_tags (LwTagBox *self); /* (transfer none) */
/* What stands in the entry becomes a tag too. */
void lw_tag_box_commit (LwTagBox *self);

G_END_DECLS
