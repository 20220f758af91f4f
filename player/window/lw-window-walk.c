/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The walk of the open lesson, beside its notes; and trends across walks. */
#include <glib/gi18n.h>

#include "lw-trends-window.h"
#include "lw-walk-pane.h"
#include "lw-window-private.h"

/* ---- a moment of some lesson ---- */

static void
open_other (LwWindow *self, const LwNote *note)
{
  LwStore *store = lw_session_get_store (self->session);
  g_autoptr (LwSegment) lesson = lw_store_get_segment (store, &note->segment_id, NULL);
  g_autoptr (LwWalk) walk = lw_store_get_walk_of_segment (store, &note->segment_id, NULL);
  g_autoptr (LwJoined) joined = walk != NULL ? lw_rooms_find (store, &walk->id, NULL) : NULL;
  g_auto (GStrv) paths = lesson != NULL ? lw_store_media_paths (store, &lesson->media, NULL) : NULL;

  if (joined != NULL && lesson != NULL) {
    lw_window_open_walk_lesson (self, joined, lesson, note->start);
    return;
  }
  for (guint i = 0; paths != NULL && paths[i] != NULL; i++) {
    g_autoptr (GFile) file = g_file_new_for_commandline_arg (paths[i]);

    if (lw_session_hash_address (paths[i], NULL) || g_file_query_exists (file, NULL)) {
      self->start_time = note->start;
      g_signal_emit_by_name (self, "open", file);
      return;
    }
  }
  lw_window_tell (self, _ ("The video of this note is not where it was, so it cannot be played."));
}

static void
on_play (GtkWidget *from, LwNote *note, LwWindow *self)
{
  const LwSegment *here = lw_session_get_segment (self->session);

  if (here == NULL || !lw_id_equal (&here->id, &note->segment_id)) {
    open_other (self, note);
    return;
  }
  lw_window_seek (self, note->start, LW_SEEK_EXACT);
  lw_engine_play (self->engine);
}

/* ---- beside the notes ---- */

static void
on_failed (GtkWidget *pane, GError *error, LwWindow *self)
{
  lw_window_tell (self, error->message);
}

static void
on_told (GtkWidget *pane, const char *sentence, LwWindow *self)
{
  lw_window_tell (self, sentence);
}

static void
on_walk (LwWindow *self)
{
  gboolean has_walk = lw_session_get_walk (self->session) != NULL;

  gtk_widget_set_visible (self->side_switch, has_walk);
  gtk_widget_set_visible (self->walk_pane, has_walk);
  if (!has_walk)
    lw_window_show_notes (self);
}

void
lw_window_show_notes (LwWindow *self)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->side), "notes");
}

void
lw_window_show_walk (LwWindow *self)
{
  if (gtk_widget_get_visible (self->side_switch))
    gtk_stack_set_visible_child_name (GTK_STACK (self->side), "walk");
}

GtkWidget *
lw_window_make_side (LwWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *pane = lw_walk_pane_new (self->session);

  self->walk_pane = pane;
  self->side = gtk_stack_new ();
  gtk_stack_set_vhomogeneous (GTK_STACK (self->side), FALSE);
  gtk_stack_set_hhomogeneous (GTK_STACK (self->side), FALSE);
  gtk_stack_add_titled (GTK_STACK (self->side), self->panel, "notes", _ ("Notes"));
  gtk_stack_add_titled (GTK_STACK (self->side), pane, "walk", _ ("Walk"));
  gtk_widget_set_vexpand (self->side, TRUE);
  self->side_switch = gtk_stack_switcher_new ();
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (self->side_switch), GTK_STACK (self->side));
  gtk_widget_add_css_class (self->side_switch, "lw-side-switch");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->side_switch), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Notes or walk"), -1);
  gtk_widget_add_css_class (box, "lw-side");
  gtk_box_append (GTK_BOX (box), self->side_switch);
  gtk_box_append (GTK_BOX (box), self->side);
  g_signal_connect (pane, "play", G_CALLBACK (on_play), self);
  g_signal_connect (pane, "failed", G_CALLBACK (on_failed), self);
  g_signal_connect (pane, "told", G_CALLBACK (on_told), self);
  g_signal_connect_object (self->session, "notify::walk", G_CALLBACK (on_walk), self,
                           G_CONNECT_SWAPPED);
  on_walk (self);
  return box;
}

void
lw_window_show_trends (LwWindow *self)
{
  GtkWindow *trends =
      lw_trends_window_new (lw_session_get_store (self->session), GTK_WINDOW (self));

  g_signal_connect_object (trends, "play", G_CALLBACK (on_play), self, 0);
  gtk_window_present (trends);
}
