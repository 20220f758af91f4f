/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-export-dialog.h"

#include <glib/gi18n.h>

#include "lw-phrases.h"

struct _LwExportDialog {
  AdwWindow parent;
  LwSession *session;
  GPtrArray *formats; /* of LwFormatInfo, owned by the exchange */
  GtkWidget *format;
  GtkWidget *whose;
  GtkWidget *viewing;
  GtkFileChooserNative *chooser;
};

G_DEFINE_TYPE (LwExportDialog, lw_export_dialog, ADW_TYPE_WINDOW)

enum { WHOSE_ALL, WHOSE_OWN };
enum { VIEWING_ALL, VIEWING_THIS };

/* What the worker needs; nothing of the widgets. */
typedef struct {
  LwStore *store;
  const LwFormatInfo *format;
  LwId segment_id;
  LwId author_id; /* none: everyone */
  guint pass;
  LwExchangeReport *report;
} LwExportJob;

static void
lw_export_job_free (gpointer data)
{
  LwExportJob *job = data;

  g_clear_object (&job->store);
  lw_exchange_report_free (job->report);
  g_free (job);
}

static void
lw_export_job_run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GFile *file = source;
  LwExportJob *job = data;
  LwNoteQuery query = {.pass = job->pass,
                       .author_id = lw_id_is_none (&job->author_id) ? NULL : &job->author_id};
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileOutputStream) out =
      g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, cancellable, &error);

  /* A stream of g_file_replace() takes the old file's place only when it is closed: closing under
   * a cancelled cancellable leaves the old one as it was. */
  if (out == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  if (!lw_export (job->store, job->format, &job->segment_id, &query, G_OUTPUT_STREAM (out),
                  job->report, cancellable, &error)) {
    g_autoptr (GCancellable) cancelled = g_cancellable_new ();

    g_cancellable_cancel (cancelled);
    g_output_stream_close (G_OUTPUT_STREAM (out), cancelled, NULL);
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  if (!g_output_stream_close (G_OUTPUT_STREAM (out), cancellable, &error)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  g_task_return_boolean (task, TRUE);
}

static void
lw_export_dialog_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LwExportDialog) self = data;
  LwExportJob *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *name = g_file_get_basename (G_FILE (source));

  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    g_string_printf (words, _ ("The notes could not be written: %s"), error->message);
    g_signal_emit_by_name (self, "told", words->str);
    gtk_widget_set_sensitive (GTK_WIDGET (self), TRUE);
    return;
  }
  g_string_append_printf (
      words,
      ngettext ("%u note written to %s.", "%u notes written to %s.", (gulong)job->report->notes),
      (guint)job->report->notes, name);
  for (guint i = 0; job->report->omitted != NULL && i < job->report->omitted->len; i++)
    g_string_append_printf (words, " %s", (char *)g_ptr_array_index (job->report->omitted, i));
  g_signal_emit_by_name (self, "told", words->str);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
lw_export_dialog_start (LwExportDialog *self, GFile *file)
{
  LwExportJob *job = g_new0 (LwExportJob, 1);
  g_autoptr (GTask) task = g_task_new (file, NULL, lw_export_dialog_done, g_object_ref (self));

  job->store = g_object_ref (lw_session_get_store (self->session));
  job->format =
      g_ptr_array_index (self->formats, adw_combo_row_get_selected (ADW_COMBO_ROW (self->format)));
  job->segment_id = lw_session_get_segment (self->session)->id;
  if (adw_combo_row_get_selected (ADW_COMBO_ROW (self->whose)) == WHOSE_OWN)
    job->author_id = lw_session_get_person (self->session)->id;
  if (adw_combo_row_get_selected (ADW_COMBO_ROW (self->viewing)) == VIEWING_THIS)
    job->pass = lw_session_get_pass (self->session);
  job->report = lw_exchange_report_new ();
  g_task_set_task_data (task, job, lw_export_job_free);
  gtk_widget_set_sensitive (GTK_WIDGET (self), FALSE);
  g_task_run_in_thread (task, lw_export_job_run);
}

static void
lw_export_dialog_on_chosen (GtkNativeDialog *chooser, int response, LwExportDialog *self)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  g_clear_object (&self->chooser);
  if (file != NULL && lw_session_get_segment (self->session) != NULL)
    lw_export_dialog_start (self, file);
}

static void
lw_export_dialog_on_write (GtkButton *button, LwExportDialog *self)
{
  const LwFormatInfo *format =
      g_ptr_array_index (self->formats, adw_combo_row_get_selected (ADW_COMBO_ROW (self->format)));
  g_autofree char *name =
      g_strdup_printf ("%s.%s", lw_session_get_title (self->session), format->extension);

  g_strdelimit (name, "/", '-');
  self->chooser = gtk_file_chooser_native_new (_ ("Write the Notes to"), GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Write"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_signal_connect (self->chooser, "response", G_CALLBACK (lw_export_dialog_on_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static GtkWidget *
lw_export_dialog_combo (const char *title, const char *const *choices)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) list = gtk_string_list_new (choices);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (list));
  return row;
}

static GtkWidget *
lw_export_dialog_make_choices (LwExportDialog *self)
{
  GtkWidget *group = adw_preferences_group_new ();
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();
  g_autofree char *pass = lw_phrase_pass (lw_session_get_pass (self->session));

  for (const LwFormatInfo *const *format = lw_formats (); *format != NULL; format++)
    if (((*format)->abilities & LW_FORMAT_CAN_WRITE) != 0) {
      g_ptr_array_add (self->formats, (gpointer)*format);
      g_ptr_array_add (titles, (gpointer)(*format)->title);
    }
  g_ptr_array_add (titles, NULL);
  self->format = lw_export_dialog_combo (_ ("Form"), (const char *const *)titles->pdata);
  self->whose = lw_export_dialog_combo (
      _ ("Whose notes"), (const char *const[]){_ ("Everyone’s"), _ ("My own"), NULL});
  self->viewing = lw_export_dialog_combo (_ ("Which viewing"),
                                          (const char *const[]){_ ("Every viewing"), pass, NULL});
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->format);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->whose);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->viewing);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group),
                                         _ ("Students are minors: think of who will read them."));
  return group;
}

static void
lw_export_dialog_dispose (GObject *object)
{
  LwExportDialog *self = LW_EXPORT_DIALOG (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->session);
  g_clear_pointer (&self->formats, g_ptr_array_unref);
  G_OBJECT_CLASS (lw_export_dialog_parent_class)->dispose (object);
}

static void
lw_export_dialog_class_init (LwExportDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_export_dialog_dispose;
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close",
                                       NULL);
  g_signal_new ("told", LW_TYPE_EXPORT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_STRING);
}

static void
lw_export_dialog_init (LwExportDialog *self)
{
  self->formats = g_ptr_array_new ();
}

GtkWindow *
lw_export_dialog_new (LwSession *session, GtkWindow *parent)
{
  LwExportDialog *self =
      g_object_new (LW_TYPE_EXPORT_DIALOG, "transient-for", parent, "modal", TRUE, "title",
                    _ ("Export Notes"), "default-width", 420, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *write = gtk_button_new_with_mnemonic (_ ("_Export…"));
  GtkWidget *choices;

  self->session = g_object_ref (session);
  gtk_widget_add_css_class (write, "suggested-action");
  g_signal_connect (write, "clicked", G_CALLBACK (lw_export_dialog_on_write), self);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), write);
  gtk_box_append (GTK_BOX (box), header);
  choices = lw_export_dialog_make_choices (self);
  gtk_widget_add_css_class (choices, "lw-dialog");
  gtk_box_append (GTK_BOX (box), choices);
  adw_window_set_content (ADW_WINDOW (self), box);
  return GTK_WINDOW (self);
}
