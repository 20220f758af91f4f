/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What goes in and out of the window as files. */
#include <glib/gi18n.h>

#include "lw-export-dialog.h"
#include "lw-picture-file.h"
#include "lw-window-private.h"

/* ---- choosing ---- */

static void
lw_window_choose (LwWindow *self, const char *title, GtkFileFilter *filter, GCallback callback)
{
  GtkFileFilter *all = gtk_file_filter_new ();

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  gtk_file_filter_set_name (all, _ ("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), all);
  g_object_unref (all);
  g_signal_connect (self->chooser, "response", callback, self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
lw_window_on_lesson_chosen (GtkNativeDialog *chooser, int response, LwWindow *self)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  g_clear_object (&self->chooser);
  if (file != NULL)
    g_signal_emit_by_name (self, "open", file);
}

void
lw_window_choose_lesson (LwWindow *self)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("Video and sound"));
  gtk_file_filter_add_mime_type (filter, "video/*");
  gtk_file_filter_add_mime_type (filter, "audio/*");
  lw_window_choose (self, _ ("Open a Lesson"), filter, G_CALLBACK (lw_window_on_lesson_chosen));
}

static void
lw_window_on_captions_chosen (GtkNativeDialog *chooser, int response, LwWindow *self)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *uri = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  g_clear_object (&self->chooser);
  if (file == NULL)
    return;
  uri = g_file_get_uri (file);
  lw_engine_set_external_captions (self->engine, uri);
}

void
lw_window_choose_captions (LwWindow *self)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("Captions (WebVTT, SRT)"));
  gtk_file_filter_add_suffix (filter, "vtt");
  gtk_file_filter_add_suffix (filter, "srt");
  lw_window_choose (self, _ ("Add a Caption File"), filter,
                    G_CALLBACK (lw_window_on_captions_chosen));
}

/* ---- dropping ---- */

static gboolean
lw_window_on_drop (GtkDropTarget *target, const GValue *value, double x, double y, LwWindow *self)
{
  GSList *files = g_value_get_boxed (value);

  if (files == NULL)
    return FALSE;
  if (files->next != NULL)
    lw_window_tell (self, _ ("Only the first of the files is opened."));
  g_signal_emit_by_name (self, "open", files->data);
  return TRUE;
}

static GdkDragAction
lw_window_on_drop_enter (GtkDropTarget *target, double x, double y, LwWindow *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "lw-dropping");
  return GDK_ACTION_COPY;
}

static void
lw_window_on_drop_leave (GtkDropTarget *target, LwWindow *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self), "lw-dropping");
}

void
lw_window_init_drop (LwWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect (target, "drop", G_CALLBACK (lw_window_on_drop), self);
  g_signal_connect (target, "enter", G_CALLBACK (lw_window_on_drop_enter), self);
  g_signal_connect (target, "leave", G_CALLBACK (lw_window_on_drop_leave), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* ---- pictures and notes ---- */

void
lw_window_save_picture (LwWindow *self)
{
  guint width, height;
  LwTime time;
  g_autoptr (GBytes) pixels = lw_engine_take_picture (self->engine, &width, &height, &time);
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  g_autofree char *words = NULL;
  g_autoptr (GError) error = NULL;

  if (pixels == NULL) {
    lw_window_tell (self, _ ("There is no picture to save yet."));
    return;
  }
  folder = lw_picture_file_folder ();
  path = lw_picture_file_save (pixels, width, height, lw_session_get_title (self->session), time,
                               folder, &error);
  if (path == NULL) {
    lw_window_tell (self, error->message);
    return;
  }
  words = g_strdup_printf (_ ("Picture saved as %s"), path);
  lw_window_tell (self, words);
}

static void
lw_window_on_export_told (LwExportDialog *dialog, const char *sentence, LwWindow *self)
{
  lw_window_tell (self, sentence);
}

void
lw_window_export (LwWindow *self)
{
  GtkWindow *dialog = lw_export_dialog_new (self->session, GTK_WINDOW (self));

  g_signal_connect_object (dialog, "told", G_CALLBACK (lw_window_on_export_told), self, 0);
  gtk_window_present (dialog);
}
