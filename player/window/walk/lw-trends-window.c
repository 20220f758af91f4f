/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-trends-window.h"

#include <glib/gi18n.h>

#include "lw-phrases.h"
#include "lw-trends-view.h"
#include "lw-walk-act.h"

struct _LwTrendsWindow {
  AdwWindow parent;
  LwStore *store;
  LwTrendsView *view;
  GtkWidget *box;
};

G_DEFINE_TYPE (LwTrendsWindow, lw_trends_window, ADW_TYPE_WINDOW)

static guint play_signal;

/* ---- what was seen ---- */

static void
on_evidence (GtkButton *button, LwTrendsWindow *self)
{
  g_signal_emit (self, play_signal, 0, g_object_get_data (G_OBJECT (button), "lw-note"));
}

static void
add_evidence (LwTrendsWindow *self, GtkWidget *box, LwNote *note)
{
  g_autoptr (LwSegment) lesson = lw_store_get_segment (self->store, &note->segment_id, NULL);
  g_autofree char *when = lw_phrase_when (note);
  g_autofree char *words =
      g_strdup_printf ("%s, %s: %s", lesson != NULL ? lesson->title : "", when, note->text);
  g_autofree char *name = g_strdup_printf (_ ("Play this moment: %s"), words);
  GtkWidget *button = gtk_button_new ();

  gtk_button_set_child (GTK_BUTTON (button), lw_walk_label (words, NULL));
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (button), "lw-note", lw_note_ref (note),
                          (GDestroyNotify)lw_note_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (on_evidence), self);
  gtk_box_append (GTK_BOX (box), button);
}

static void
add_lines (LwTrendsWindow *self, LwOutcomeKind kind, const char *title)
{
  guint n = 0;

  gtk_box_append (GTK_BOX (self->box), lw_walk_heading (title));
  for (guint i = 0; i < self->view->lines->len; i++) {
    const LwTrendLine *line = self->view->lines->pdata[i];
    g_autofree char *seen = NULL;

    if (line->kind != kind)
      continue;
    n++;
    seen =
        g_strdup_printf (ngettext ("%s · seen in %u visit", "%s · seen in %u visits", line->visits),
                         line->from, line->visits);
    gtk_box_append (GTK_BOX (self->box), lw_walk_label (line->text, NULL));
    gtk_box_append (GTK_BOX (self->box), lw_walk_label (seen, "caption"));
    for (guint k = 0; k < line->evidence->len; k++)
      add_evidence (self, self->box, line->evidence->pdata[k]);
  }
  if (n == 0)
    gtk_box_append (GTK_BOX (self->box), lw_walk_label (_ ("Nothing yet."), "lw-dim"));
}

/* ---- counts, and where nobody looked ---- */

static void
add_lenses (LwTrendsWindow *self)
{
  const LwTrendBoard *board = self->view->board;

  gtk_box_append (GTK_BOX (self->box), lw_walk_heading (_ ("What was noted, by lens")));
  for (guint i = 0; i < board->lenses->len; i++) {
    const LwTrendCount *count = &g_array_index (board->lenses, LwTrendCount, i);
    g_autoptr (LwLens) lens =
        lw_id_is_none (&count->id) ? NULL : lw_store_get_lens (self->store, &count->id, NULL);
    g_autofree char *words =
        g_strdup_printf (_ ("%s. Visits: %u, noticings: %u, wonderings: %u, marks of progress: %u"),
                         lens != NULL ? lens->name : _ ("No lens named"), count->visits,
                         (guint)count->notes.noticings, (guint)count->notes.wonderings,
                         (guint)count->notes.progress);

    gtk_box_append (GTK_BOX (self->box), lw_walk_label (words, NULL));
  }
}

/* "2, 5–7": minutes as people count them. */
static char *
list_minutes (const GArray *minutes)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < minutes->len;) {
    guint first = g_array_index (minutes, guint, i), last = first;

    while (++i < minutes->len && g_array_index (minutes, guint, i) == last + 1)
      last++;
    g_string_append_printf (text, "%s%u", text->len > 0 ? ", " : "", first + 1);
    if (last > first)
      g_string_append_printf (text, "–%u", last + 1);
  }
  return g_string_free (text, FALSE);
}

static void
add_coverage (LwTrendsWindow *self)
{
  gtk_box_append (GTK_BOX (self->box), lw_walk_heading (_ ("Where nobody looked")));
  for (guint i = 0; i < self->view->coverage->len; i++) {
    const LwCoverage *coverage = self->view->coverage->pdata[i];
    g_autofree char *minutes = list_minutes (coverage->empty);
    g_autofree char *head =
        g_strdup_printf ("%s, %s", coverage->segment->title, coverage->walk->title);
    g_autofree char *words = *minutes != '\0'
                                 ? g_strdup_printf (_ ("Minutes that nobody noted: %s."), minutes)
                                 : g_strdup (_ ("Every minute was noted by somebody."));
    g_autoptr (GString) silent = g_string_new (NULL);

    for (guint k = 0; k < coverage->lenses->len; k++) {
      const LwLensMinutes *lens = coverage->lenses->pdata[k];
      guint notes = 0;

      for (guint minute = 0; minute < coverage->n_minutes; minute++)
        notes += lens->minutes[minute];
      if (notes == 0)
        g_string_append_printf (silent, "%s%s", silent->len > 0 ? ", " : "", lens->lens);
    }
    gtk_box_append (GTK_BOX (self->box), lw_walk_label (head, "caption-heading"));
    gtk_box_append (GTK_BOX (self->box), lw_walk_label (words, NULL));
    if (silent->len > 0) {
      g_autofree char *lenses = g_strdup_printf (_ ("Lenses without a note: %s."), silent->str);

      gtk_box_append (GTK_BOX (self->box), lw_walk_label (lenses, NULL));
    }
  }
}

/* ---- all of it ---- */

static void
show (LwTrendsWindow *self)
{
  const LwTrendsView *view = self->view;
  g_autofree char *sum =
      g_strdup_printf (_ ("Visits: %u, of these with notes: %u. Classrooms: %u."),
                       view->board->visits, view->board->seen, view->board->classrooms);

  lw_walk_clear (self->box);
  gtk_box_append (GTK_BOX (self->box), lw_walk_label (sum, NULL));
  if (view->n_closed_to_me > 0) {
    g_autofree char *words = g_strdup_printf (
        ngettext ("%u walk is not counted: its phase does not open everybody’s notes.",
                  "%u walks are not counted: their phase does not open everybody’s notes.",
                  view->n_closed_to_me),
        view->n_closed_to_me);

    gtk_box_append (GTK_BOX (self->box), lw_walk_label (words, "lw-dim"));
  }
  for (guint i = 0; i < view->away->len; i++) {
    g_autofree char *words = g_strdup_printf (
        _ ("The room at %s did not answer: what it keeps of practices is missing."),
        (const char *)view->away->pdata[i]);

    gtk_box_append (GTK_BOX (self->box), lw_walk_label (words, "lw-dim"));
  }
  add_lines (self, LW_OUTCOME_ASSET, _ ("Assets: what is working"));
  add_lines (self, LW_OUTCOME_NEED, _ ("Needs: what is missing yet"));
  add_lenses (self);
  add_coverage (self);
}

static void
load (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  LwTrendsView *view =
      lw_trends_view_load (data, LW_PLACE_CLASSROOM, g_get_real_name (), TRUE, cancellable, &error);

  if (view != NULL)
    g_task_return_pointer (task, view, (GDestroyNotify)lw_trends_view_free);
  else
    g_task_return_error (task, error);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  LwTrendsWindow *self = LW_TRENDS_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (LwTrendsView) view = g_task_propagate_pointer (G_TASK (result), &error);

  if (self->store == NULL) /* closed meanwhile */
    return;
  if (view == NULL) {
    lw_walk_clear (self->box);
    gtk_box_append (GTK_BOX (self->box), lw_walk_label (error->message, NULL));
    return;
  }
  self->view = g_steal_pointer (&view);
  show (self);
}

static void
lw_trends_window_dispose (GObject *object)
{
  LwTrendsWindow *self = LW_TRENDS_WINDOW (object);

  g_clear_pointer (&self->view, lw_trends_view_free);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (lw_trends_window_parent_class)->dispose (object);
}

static void
lw_trends_window_class_init (LwTrendsWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_trends_window_dispose;
  play_signal = g_signal_new ("play", LW_TYPE_TRENDS_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, LW_TYPE_NOTE);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static void
lw_trends_window_init (LwTrendsWindow *self)
{
}

GtkWindow *
lw_trends_window_new (LwStore *store, GtkWindow *parent)
{
  LwTrendsWindow *self =
      g_object_new (LW_TYPE_TRENDS_WINDOW, "title", _ ("Trends across Walks"), "transient-for",
                    parent, "default-width", 560, "default-height", 640, NULL);
  GtkWidget *all = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroll = gtk_scrolled_window_new ();
  g_autoptr (GTask) task = g_task_new (self, NULL, on_loaded, NULL);

  self->store = g_object_ref (store);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_add_css_class (self->box, "lw-dialog");
  gtk_box_append (GTK_BOX (self->box),
                  lw_walk_label (_ ("The walks are being counted…"), "lw-dim"));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), self->box);
  gtk_widget_set_vexpand (scroll, TRUE);
  gtk_box_append (GTK_BOX (all), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (all), scroll);
  adw_window_set_content (ADW_WINDOW (self), all);
  g_task_set_task_data (task, g_object_ref (store), g_object_unref);
  g_task_run_in_thread (task, load);
  return GTK_WINDOW (self);
}
