/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-walk-pane.h"

#include <glib/gi18n.h>

#include "lw-board-section.h"
#include "lw-form-sheet.h"
#include "lw-form-view.h"
#include "lw-now-section.h"
#include "lw-steps-section.h"
#include "lw-walk-act.h"

#define REFRESH_MS 100 /* what comes together is shown once */

struct _LwWalkPane {
  GtkBox parent;
  LwSession *session;
  LwStore *store;
  GtkWidget *parts; /* a box: all that follow */
  GtkWidget *now;
  GtkWidget *form;
  GtkWidget *others; /* a label: other lessons whose form is not finished */
  GtkWidget *board_title;
  GtkWidget *board;
  GtkWidget *closed; /* a label: why there is no board yet */
  GtkWidget *steps_title;
  GtkWidget *steps;
  guint refresh_id;
};

G_DEFINE_TYPE (LwWalkPane, lw_walk_pane, GTK_TYPE_BOX)

static guint play_signal, failed_signal, told_signal;

/* ---- what is shown ---- */

/* Her form on this lesson goes to the view; what is open elsewhere is told. */
static void
show_forms (LwWalkPane *self, const LwWalking *walking, const LwSegment *segment)
{
  g_autoptr (GPtrArray) sheets = lw_form_sheets_load (walking, NULL);
  g_autoptr (GString) open = g_string_new (NULL);
  LwFormSheet *here = NULL;

  for (guint i = 0; sheets != NULL && i < sheets->len;) {
    LwFormSheet *sheet = sheets->pdata[i];

    if (here == NULL && lw_id_equal (&sheet->segment->id, &segment->id)) {
      here = g_ptr_array_steal_index (sheets, i);
      continue;
    }
    if (!sheet->is_handed_in)
      g_string_append_printf (open, "%s%s", open->len > 0 ? ", " : "", sheet->segment->title);
    i++;
  }
  if (open->len > 0) {
    g_autofree char *words = g_strdup_printf (_ ("Forms not finished on: %s."), open->str);

    gtk_label_set_text (GTK_LABEL (self->others), words);
  }
  gtk_widget_set_visible (self->others, open->len > 0);
  lw_form_view_set_sheet (LW_FORM_VIEW (self->form), walking, here);
}

static void
show_board (LwWalkPane *self, const LwWalking *walking)
{
  g_autoptr (GError) error = NULL;
  LwBoardView *view = lw_board_view_load (walking, &error);

  gtk_label_set_text (GTK_LABEL (self->closed), error != NULL ? error->message : "");
  gtk_widget_set_visible (self->closed, error != NULL);
  gtk_widget_set_visible (self->steps_title, view != NULL);
  /* What was filled in before makes way for what is done now. */
  gtk_box_reorder_child_after (GTK_BOX (self->parts), self->form,
                               view != NULL ? self->steps : self->now);
  gtk_box_reorder_child_after (GTK_BOX (self->parts), self->others, self->form);
  lw_steps_section_set_view (LW_STEPS_SECTION (self->steps), walking, view);
  lw_board_section_set_view (LW_BOARD_SECTION (self->board), walking, view);
}

static gboolean
refresh (gpointer data)
{
  LwWalkPane *self = data;
  const LwSegment *segment = lw_session_get_segment (self->session);
  const LwWalk *walk = lw_session_get_walk (self->session);
  g_auto (LwWalking) walking = {0};
  g_autoptr (GError) error = NULL;

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  /* What nobody looks at is filled when somebody does. */
  if (walk == NULL || segment == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return G_SOURCE_REMOVE;
  if (!lw_walking_load (&walking, self->store, &walk->id, g_get_real_name (), &error)) {
    g_signal_emit (self, failed_signal, 0, error);
    return G_SOURCE_REMOVE;
  }
  lw_now_section_set_walking (LW_NOW_SECTION (self->now), &walking);
  show_forms (self, &walking, segment);
  show_board (self, &walking);
  return G_SOURCE_REMOVE;
}

static void
refresh_soon (LwWalkPane *self)
{
  if (self->refresh_id == 0)
    self->refresh_id = g_timeout_add (REFRESH_MS, refresh, self);
}

static void
on_store_changed (
    LwStore *store, const LwId *segment_id, const LwId *target_id, int what, LwWalkPane *self)
{
  refresh_soon (self);
}

/* ---- what the parts say ---- */

static void
on_failed (GtkWidget *part, GError *error, LwWalkPane *self)
{
  g_signal_emit (self, failed_signal, 0, error);
}

static void
on_told (GtkWidget *part, const char *sentence, LwWalkPane *self)
{
  refresh (self);
  g_signal_emit (self, told_signal, 0, sentence);
}

static void
on_play (GtkWidget *part, LwNote *note, LwWalkPane *self)
{
  g_signal_emit (self, play_signal, 0, note);
}

/* ---- life ---- */

static void
lw_walk_pane_dispose (GObject *object)
{
  LwWalkPane *self = LW_WALK_PANE (object);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_object (&self->session);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (lw_walk_pane_parent_class)->dispose (object);
}

static void
lw_walk_pane_class_init (LwWalkPaneClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_walk_pane_dispose;
  play_signal = g_signal_new ("play", LW_TYPE_WALK_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, LW_TYPE_NOTE);
  failed_signal = g_signal_new ("failed", LW_TYPE_WALK_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_ERROR);
  told_signal = g_signal_new ("told", LW_TYPE_WALK_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "lw-walk-pane");
}

static void
lw_walk_pane_init (LwWalkPane *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
}

static GtkWidget *
make_title (const char *words)
{
  GtkWidget *title = lw_walk_heading (words);

  gtk_widget_remove_css_class (title, "heading");
  gtk_widget_add_css_class (title, "title-4");
  return title;
}

static void
build (LwWalkPane *self)
{
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);

  self->parts = box;
  self->now = lw_now_section_new (self->store);
  self->form = lw_form_view_new (self->store);
  self->others = lw_walk_label ("", "lw-dim");
  self->board_title = make_title (_ ("Debrief board"));
  self->closed = lw_walk_label ("", "lw-dim");
  self->board = lw_board_section_new (self->store);
  self->steps_title = make_title (_ ("Next steps"));
  self->steps = lw_steps_section_new (self->store);
  gtk_box_append (GTK_BOX (box), self->now);
  gtk_box_append (GTK_BOX (box), self->form);
  gtk_box_append (GTK_BOX (box), self->others);
  gtk_box_append (GTK_BOX (box), self->board_title);
  gtk_box_append (GTK_BOX (box), self->closed);
  gtk_box_append (GTK_BOX (box), self->board);
  gtk_box_append (GTK_BOX (box), self->steps_title);
  gtk_box_append (GTK_BOX (box), self->steps);
  gtk_widget_add_css_class (box, "lw-walk-parts");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), box);
  gtk_widget_set_vexpand (scroll, TRUE);
  gtk_box_append (GTK_BOX (self), scroll);
}

GtkWidget *
lw_walk_pane_new (LwSession *session)
{
  LwWalkPane *self = g_object_new (LW_TYPE_WALK_PANE, NULL);
  GtkWidget *parts[3];

  self->session = g_object_ref (session);
  self->store = g_object_ref (lw_session_get_store (session));
  build (self);
  parts[0] = self->now;
  parts[1] = self->board;
  parts[2] = self->steps;
  /* A part may outlive the pane: what it changes in a room keeps it until the room answers. */
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_signal_connect_object (parts[i], "failed", G_CALLBACK (on_failed), self, 0);
    g_signal_connect_object (parts[i], "changed", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  }
  g_signal_connect_object (self->form, "failed", G_CALLBACK (on_failed), self, 0);
  g_signal_connect_object (self->form, "told", G_CALLBACK (on_told), self, 0);
  g_signal_connect_object (self->board, "play", G_CALLBACK (on_play), self, 0);
  g_signal_connect_object (self->store, "changed", G_CALLBACK (on_store_changed), self, 0);
  g_signal_connect_object (session, "notify::walk", G_CALLBACK (refresh_soon), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::segment", G_CALLBACK (refresh_soon), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "map", G_CALLBACK (refresh_soon), NULL);
  return GTK_WIDGET (self);
}
