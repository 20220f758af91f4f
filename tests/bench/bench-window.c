/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a frame of the window costs with 10,000 notes, beside GTK doing as little as it can: a plain
 * list of as many labels and one coloured area, scrolled and redrawn at the same pace. Measured
 * from the frame clock's "before-paint" to its "after-paint": layout and drawing, without the
 * waiting.
 */
#include <adwaita.h>

#include "bench-figures.h"
#include "lw-notes-panel.h"
#include "lw-session.h"
#include "lw-split.h"
#include "lw-timeline.h"

#define N_NOTES 10000
#define N_FRAMES 400
#define LESSON (720 * LW_SECOND)

typedef struct {
  GtkAdjustment *scroll;
  GtkWidget *area;      /* redrawn every frame */
  LwTimeline *timeline; /* NULL for the floor */
  Figures figures;
  gint64 begin_ns;
  guint frames;
  GMainLoop *loop;
} Run;

static void
on_before_paint (GdkFrameClock *clock, Run *run)
{
  run->begin_ns = figures_now ();
}

static void
on_after_paint (GdkFrameClock *clock, Run *run)
{
  /* The first frames lay out the window itself. */
  if (run->frames++ > 20)
    figures_add (&run->figures, run->begin_ns);
  if (run->frames >= N_FRAMES)
    g_main_loop_quit (run->loop);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Run *run = data;
  double end = gtk_adjustment_get_upper (run->scroll) - gtk_adjustment_get_page_size (run->scroll);

  gtk_adjustment_set_value (run->scroll, end * run->frames / N_FRAMES);
  if (run->timeline != NULL) {
    lw_timeline_set_position (run->timeline, LESSON * run->frames / N_FRAMES);
    /* Now and then the whole timeline is drawn anew, as by someone who zooms. */
    if (run->frames % 8 == 0)
      lw_timeline_zoom (run->timeline, run->frames / 40 % 2 == 0 ? 1.5 : 0.667);
  }
  gtk_widget_queue_draw (run->area);
  return G_SOURCE_CONTINUE;
}

static GtkWidget *
find_list (GtkWidget *widget)
{
  if (GTK_IS_LIST_VIEW (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_list (child);
    if (found != NULL)
      return found;
  }
  return NULL;
}

static void
measure (Run *run, GtkWidget *content)
{
  GtkWidget *window = gtk_window_new ();

  figures_init (&run->figures);
  run->loop = g_main_loop_new (NULL, FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_set_child (GTK_WINDOW (window), content);
  gtk_window_present (GTK_WINDOW (window));
  run->scroll = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (find_list (content)));
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);
  g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), run);
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), run);
  gtk_widget_add_tick_callback (window, on_tick, run, NULL);
  g_main_loop_run (run->loop);
  g_signal_handlers_disconnect_by_data (clock, run);
  gtk_window_destroy (GTK_WINDOW (window));
  g_main_loop_unref (run->loop);
}

/* ---- the floor ---- */

static void
setup_label (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  gtk_list_item_set_child (item, gtk_label_new (NULL));
}

static void
bind_label (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static void
draw_area (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  cairo_set_source_rgb (cr, 0.2, 0.4, 0.6);
  cairo_paint (cr);
}

static GtkWidget *
make_floor (Run *run)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkStringList *strings = gtk_string_list_new (NULL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  for (guint i = 0; i < N_NOTES; i++) {
    g_autofree char *text = g_strdup_printf ("Note %u", i);
    gtk_string_list_append (strings, text);
  }
  g_signal_connect (factory, "setup", G_CALLBACK (setup_label), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_label), NULL);
  gtk_scrolled_window_set_child (
      GTK_SCROLLED_WINDOW (scroll),
      gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (strings))),
                         factory));
  gtk_widget_set_size_request (scroll, 340, -1);
  run->area = gtk_drawing_area_new ();
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (run->area), draw_area, NULL, NULL);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (run->area), 130);
  gtk_widget_set_valign (run->area, GTK_ALIGN_END);
  gtk_widget_set_hexpand (run->area, TRUE);
  gtk_box_append (GTK_BOX (box), run->area);
  gtk_box_append (GTK_BOX (box), scroll);
  return box;
}

/* ---- ours ---- */

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!lw_session_open_finish (LW_SESSION (source), result, &error))
    g_printerr ("bench-window: %s\n", error->message);
  g_main_loop_quit (data);
}

static GtkWidget *
make_ours (Run *run, LwSession *session)
{
  GtkWidget *timeline = lw_timeline_new ();

  lw_timeline_set_notes (LW_TIMELINE (timeline), lw_session_get_notes (session));
  lw_timeline_set_duration (LW_TIMELINE (timeline), LESSON);
  gtk_widget_set_valign (timeline, GTK_ALIGN_END);
  run->area = timeline;
  run->timeline = LW_TIMELINE (timeline);
  return lw_split_new (timeline, lw_notes_panel_new (session));
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Run floor = {0}, ours = {0};

  if (argc != 3) {
    g_printerr ("usage: bench-window STORE MEDIA\n");
    return 2;
  }
  gst_init (NULL, NULL);
  if (!gtk_init_check ())
    return 77; /* no screen: meson counts it as skipped */
  adw_init ();
  g_autoptr (LwStore) store = lw_store_open (argv[1], LW_STORE_OPEN_DEFAULT, &error);
  if (store == NULL) {
    g_printerr ("bench-window: %s\n", error->message);
    return 1;
  }
  g_autoptr (LwEngine) engine = lw_engine_new (NULL);
  lw_engine_set_silent (engine, TRUE);
  g_autoptr (LwSession) session = lw_session_new (store, engine, "Ada");
  g_autoptr (GFile) file = g_file_new_for_path (argv[2]);
  lw_session_open_async (session, file, NULL, on_opened, loop);
  g_main_loop_run (loop);
  lw_engine_pause (engine);
  guint n = g_list_model_get_n_items (lw_session_get_notes (session));
  if (n < N_NOTES) {
    g_printerr ("bench-window: only %u notes\n", n);
    return 1;
  }

  measure (&floor, make_floor (&floor));
  measure (&ours, make_ours (&ours, session));
  g_print ("frame of the window, %u notes, list and timeline moving\n", n);
  figures_print ("frame", &ours.figures, "GTK's plain list", &floor.figures,
                 "no frame over 16.7 ms");
  lw_session_close (session);
  figures_clear (&floor.figures);
  figures_clear (&ours.figures);
  return 0;
}
