/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Walks in rooms: joining one, opening its lessons, and the line that tells what is where. */
#include <glib/gi18n.h>

#include "lw-join-dialog.h"
#include "lw-prepare-dialog.h"
#include "lw-start-page.h"
#include "lw-walk-list.h"
#include "lw-window-private.h"

/* ---- in a thread ---- */

typedef struct {
  LwStore *store;
  LwJoined *joined;
  LwSegment *segment;
  LwTime start; /* where to begin; LW_TIME_NONE: where she was */
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_object_unref (asking->store);
  g_clear_pointer (&asking->joined, lw_joined_unref);
  g_clear_pointer (&asking->segment, lw_segment_unref);
  g_free (asking);
}

static void
lw_window_ask (LwWindow *self, Asking *asking, GTaskThreadFunc func, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, NULL);

  asking->store = g_object_ref (lw_session_get_store (self->session));
  g_task_set_task_data (task, asking, asking_free);
  g_task_run_in_thread (task, func);
}

/* ---- a walk's lesson ---- */

static void
find_address (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Asking *asking = data;
  GError *error = NULL;
  GFile *file =
      lw_rooms_lesson_address (asking->store, asking->joined, asking->segment, cancellable, &error);

  if (file != NULL)
    g_task_return_pointer (task, file, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_address (GObject *source, GAsyncResult *result, gpointer data)
{
  LwWindow *self = LW_WINDOW (source);
  Asking *asking = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_task_propagate_pointer (G_TASK (result), &error);

  if (self->session == NULL)
    return;
  if (file == NULL) {
    lw_window_tell (self, error->message);
    return;
  }
  lw_session_expect_lesson (self->session, asking->segment);
  /* Not before: another film may be opened while the room is silent. */
  if (asking->start != LW_TIME_NONE)
    self->start_time = asking->start;
  g_signal_emit_by_name (self, "open", file);
}

void
lw_window_open_walk_lesson (LwWindow *self,
                            const LwJoined *joined,
                            const LwSegment *segment,
                            LwTime start)
{
  Asking *asking = g_new0 (Asking, 1);

  asking->joined = lw_joined_ref (joined);
  asking->segment = lw_segment_ref ((LwSegment *)segment);
  asking->start = start;
  lw_window_ask (self, asking, find_address, on_address);
}

static void
on_open_lesson (LwWalkList *list, LwJoined *joined, LwSegment *segment, LwWindow *self)
{
  lw_window_open_walk_lesson (self, joined, segment, LW_TIME_NONE);
}

/* ---- going into a walk ---- */

static void
on_prepared (LwPrepareDialog *dialog, const char *sentence, LwWindow *self)
{
  if (self->session == NULL)
    return;
  lw_rooms_keeper_wake (self->rooms);
  lw_window_tell (self, sentence);
}

static void
on_prepare (LwWalkList *list, LwJoined *joined, LwWindow *self)
{
  g_autoptr (GError) error = NULL;
  GtkWindow *dialog = lw_prepare_dialog_new (lw_session_get_store (self->session), joined,
                                             GTK_WINDOW (self), &error);

  if (dialog == NULL) {
    lw_window_tell (self, _ ("This walk has not come to this computer yet. When its room can be "
                             "reached, it does by itself; then prepare for it."));
    return;
  }
  g_signal_connect_object (dialog, "told", G_CALLBACK (on_prepared), self, 0);
  gtk_window_present (dialog);
}

/* ---- joining ---- */

static void
on_joined (LwJoinDialog *dialog, const char *sentence, LwWindow *self)
{
  if (self->session != NULL)
    lw_window_tell (self, sentence);
}

void
lw_window_join_walk (LwWindow *self)
{
  GtkWindow *dialog =
      lw_join_dialog_new (lw_session_get_store (self->session), self->rooms, GTK_WINDOW (self));

  g_signal_connect_object (dialog, "told", G_CALLBACK (on_joined), self, 0);
  gtk_window_present (dialog);
}

/* ---- the line ---- */

static void
show_line (LwWindow *self, const LwRoomNews *news)
{
  LwStore *store = lw_session_get_store (self->session);
  g_autoptr (LwWalk) walk = lw_store_get_walk (store, &news->joined->walk_id, NULL);
  g_autofree char *phase = walk != NULL ? lw_walk_list_phase_of (store, walk) : g_strdup ("");
  g_autofree char *sentence = lw_room_news_to_sentence (news);
  g_autofree char *words =
      *phase != '\0' ? g_strdup_printf (_ ("Phase: %s. %s"), phase, sentence) : g_strdup (sentence);

  gtk_label_set_text (GTK_LABEL (self->room_line), words);
}

void
lw_window_show_room (LwWindow *self)
{
  const LwWalk *walk = lw_session_get_walk (self->session);
  g_autoptr (GPtrArray) list = lw_rooms_keeper_list (self->rooms);
  const LwRoomNews *found = NULL;

  for (guint i = 0; walk != NULL && i < list->len; i++) {
    const LwRoomNews *news = list->pdata[i];

    if (lw_id_equal (&news->joined->walk_id, &walk->id))
      found = news;
  }
  if (found != NULL)
    show_line (self, found);
  gtk_widget_set_visible (self->room_line, found != NULL);
  lw_start_page_set_is_joined (LW_START_PAGE (self->start_page), list->len > 0);
}

GtkWidget *
lw_window_make_room_line (LwWindow *self)
{
  self->room_line = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS,
                                  "xalign", 0.0, "wrap", TRUE, "visible", FALSE, NULL);
  gtk_widget_add_css_class (self->room_line, "lw-room-line");
  return self->room_line;
}

void
lw_window_init_rooms (LwWindow *self)
{
  LwStore *store = lw_session_get_store (self->session);
  GtkWidget *walks;

  self->rooms = lw_rooms_keeper_new (store);
  walks = lw_walk_list_new (store, self->rooms);
  g_signal_connect (walks, "open", G_CALLBACK (on_open_lesson), self);
  g_signal_connect (walks, "prepare", G_CALLBACK (on_prepare), self);
  lw_start_page_set_walks (LW_START_PAGE (self->start_page), walks);
  g_signal_connect_swapped (self->rooms, "changed", G_CALLBACK (lw_window_show_room), self);
  g_signal_connect_swapped (self->session, "notify::walk", G_CALLBACK (lw_window_show_room), self);
  lw_window_show_room (self);
}

void
lw_window_stop_rooms (LwWindow *self)
{
  if (self->rooms == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->rooms, self);
  lw_rooms_keeper_stop (self->rooms);
  g_clear_object (&self->rooms);
}
