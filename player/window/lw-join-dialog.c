/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-join-dialog.h"

#include <glib/gi18n.h>

#include "lw-widget.h"

struct _LwJoinDialog {
  AdwWindow parent;
  LwStore *store; /* NULL: closed */
  LwRoomsKeeper *keeper;
  GtkWidget *link;
  GtkWidget *name;
  GtkWidget *trouble;
  GtkWidget *join;
  gboolean is_asking;
};

G_DEFINE_TYPE (LwJoinDialog, lw_join_dialog, ADW_TYPE_WINDOW)

static guint told_signal;

/* ---- asking the room ---- */

typedef struct {
  LwStore *store;
  LwRoomsKeeper *keeper;
  char *link;
  char *name;
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_object_unref (asking->store);
  g_object_unref (asking->keeper);
  g_free (asking->link);
  g_free (asking->name);
  g_free (asking);
}

static void
ask (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Asking *asking = data;
  GError *error = NULL;
  g_autoptr (GPtrArray) joined =
      lw_rooms_join (asking->store, asking->link, asking->name, cancellable, &error);

  if (joined != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static const char *
get_text (GtkWidget *entry)
{
  return gtk_editable_get_text (GTK_EDITABLE (entry));
}

static void
show_trouble (LwJoinDialog *self, const char *sentence)
{
  gtk_label_set_text (GTK_LABEL (self->trouble), sentence != NULL ? sentence : "");
  gtk_widget_set_visible (self->trouble, sentence != NULL);
}

static gboolean
is_filled (GtkWidget *entry)
{
  g_autofree char *text = g_strstrip (g_strdup (get_text (entry)));

  return *text != '\0';
}

static void
update (LwJoinDialog *self)
{
  gtk_widget_set_sensitive (self->join,
                            is_filled (self->link) && is_filled (self->name) && !self->is_asking);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  LwJoinDialog *self = LW_JOIN_DIALOG (source);
  Asking *asking = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean ok = g_task_propagate_boolean (G_TASK (result), &error);

  if (ok)
    lw_rooms_keeper_wake (asking->keeper);
  if (self->store == NULL) /* closed meanwhile */
    return;
  self->is_asking = FALSE;
  update (self);
  if (!ok) {
    show_trouble (self, error->message);
    gtk_widget_grab_focus (self->link);
    return;
  }
  g_signal_emit (self, told_signal, 0, _ ("You are in. The walk's lessons are on the first page."));
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_join (LwJoinDialog *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_answer, NULL);
  Asking *asking = g_new0 (Asking, 1);

  asking->store = g_object_ref (self->store);
  asking->keeper = g_object_ref (self->keeper);
  asking->link = g_strdup (get_text (self->link));
  asking->name = g_strdup (get_text (self->name));
  self->is_asking = TRUE;
  update (self);
  show_trouble (self, NULL);
  g_task_set_task_data (task, asking, asking_free);
  g_task_run_in_thread (task, ask);
}

static void
on_changed (LwJoinDialog *self)
{
  show_trouble (self, NULL);
  update (self);
}

/* ---- how it looks ---- */

/* Not a row: screen readers hear nothing of an AdwEntryRow's field. */
static GtkWidget *
add_entry (LwJoinDialog *self, GtkWidget *box, const char *title, const char *text)
{
  GtkWidget *label = gtk_label_new (title);
  GtkWidget *entry = gtk_entry_new ();

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (on_changed), self);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), entry);
  return entry;
}

static void
lw_join_dialog_dispose (GObject *object)
{
  LwJoinDialog *self = LW_JOIN_DIALOG (object);

  g_clear_object (&self->store);
  g_clear_object (&self->keeper);
  G_OBJECT_CLASS (lw_join_dialog_parent_class)->dispose (object);
}

static void
lw_join_dialog_class_init (LwJoinDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_join_dialog_dispose;
  told_signal = g_signal_new ("told", LW_TYPE_JOIN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static void
lw_join_dialog_init (LwJoinDialog *self)
{
}

static GtkWidget *
make_words (void)
{
  GtkWidget *words = gtk_label_new (
      _ ("Paste the link that you were sent. What you write in the walk is kept on this computer "
         "first, and then brought to its room."));

  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_label_set_xalign (GTK_LABEL (words), 0);
  gtk_widget_set_margin_bottom (words, 8);
  return words;
}

GtkWindow *
lw_join_dialog_new (LwStore *store, LwRoomsKeeper *keeper, GtkWindow *parent)
{
  LwJoinDialog *self = g_object_new (LW_TYPE_JOIN_DIALOG, "title", _ ("Join a Walk"), "modal", TRUE,
                                     "transient-for", parent, "default-width", 480, NULL);
  GtkWidget *all = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  g_autoptr (LwPerson) person = lw_store_ensure_local_person (store, g_get_real_name (), NULL);

  self->store = g_object_ref (store);
  self->keeper = g_object_ref (keeper);
  self->join = gtk_button_new_with_mnemonic (_ ("_Join"));
  g_signal_connect_swapped (self->join, "clicked", G_CALLBACK (on_join), self);
  self->trouble = lw_widget_new_trouble ();
  gtk_box_append (GTK_BOX (all), lw_widget_new_dialog_header (GTK_WINDOW (self), self->join));
  gtk_widget_add_css_class (box, "lw-dialog");
  gtk_box_append (GTK_BOX (box), make_words ());
  self->link = add_entry (self, box, _ ("Link"), "");
  self->name =
      add_entry (self, box, _ ("Your name in the walk"), person != NULL ? person->name : "");
  gtk_box_append (GTK_BOX (box), self->trouble);
  gtk_box_append (GTK_BOX (all), box);
  adw_window_set_content (ADW_WINDOW (self), all);
  gtk_window_set_default_widget (GTK_WINDOW (self), self->join);
  gtk_window_set_focus (GTK_WINDOW (self), self->link);
  update (self);
  return GTK_WINDOW (self);
}
