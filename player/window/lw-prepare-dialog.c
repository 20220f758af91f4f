/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-prepare-dialog.h"

#include <glib/gi18n.h>

#include "lw-widget.h"

struct _LwPrepareDialog {
  AdwWindow parent;
  LwJoined *joined;
  LwRoomsRoutine *routine;
  GtkWidget *norms; /* a check; NULL where nothing was agreed on */
  GtkWidget *lens;  /* a combo; NULL where there is nothing to choose */
  GtkWidget *intention;
  GtkWidget *trouble;
  GtkWidget *keep;
};

G_DEFINE_TYPE (LwPrepareDialog, lw_prepare_dialog, ADW_TYPE_WINDOW)

static guint told_signal;

/* ---- telling the room ---- */

typedef struct {
  LwJoined *joined;
  gboolean norms;
  char *lens;      /* NULL: as it was */
  char *intention; /* the same */
} Telling;

static void
telling_free (gpointer data)
{
  Telling *telling = data;

  lw_joined_unref (telling->joined);
  g_free (telling->lens);
  g_free (telling->intention);
  g_free (telling);
}

static void
tell (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Telling *telling = data;
  GError *error = NULL;
  GStrv missing = lw_rooms_prepare (telling->joined, telling->norms, telling->lens,
                                    telling->intention, cancellable, &error);

  if (missing != NULL)
    g_task_return_pointer (task, missing, (GDestroyNotify)g_strfreev);
  else
    g_task_return_error (task, error);
}

/* (transfer full) */
static char *
describe (GStrv missing)
{
  const struct {
    const char *what, *words;
  } all[] = {{"norms", _ ("say that you have read what was agreed on")},
             {"lens", _ ("choose a lens")},
             {"intention", _ ("write what you set out to look for")}};
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    if (g_strv_contains ((const char *const *)missing, all[i].what))
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", all[i].words);
  }
  /* Translators: %s is a list of what to do, like "choose a lens" */
  return list->len > 0 ? g_strdup_printf (_ ("Kept. Before you watch: %s."), list->str)
                       : g_strdup (_ ("Kept. You are ready for this walk."));
}

static void
on_told (GObject *source, GAsyncResult *result, gpointer data)
{
  LwPrepareDialog *self = LW_PREPARE_DIALOG (source);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) missing = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *sentence = missing != NULL ? describe (missing) : NULL;

  if (self->joined == NULL) /* closed meanwhile */
    return;
  gtk_widget_set_sensitive (self->keep, TRUE);
  if (missing != NULL) {
    g_signal_emit (self, told_signal, 0, sentence);
    gtk_window_close (GTK_WINDOW (self));
    return;
  }
  gtk_label_set_text (GTK_LABEL (self->trouble), error->message);
  gtk_widget_set_visible (self->trouble, TRUE);
}

static void
on_keep (LwPrepareDialog *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_told, NULL);
  Telling *telling = g_new0 (Telling, 1);
  const char *intention;
  guint chosen = self->lens != NULL ? adw_combo_row_get_selected (ADW_COMBO_ROW (self->lens)) : 0;

  telling->joined = lw_joined_ref (self->joined);
  telling->norms =
      self->norms != NULL && gtk_check_button_get_active (GTK_CHECK_BUTTON (self->norms));
  if (chosen > 0 && chosen != GTK_INVALID_LIST_POSITION)
    telling->lens = g_strdup (self->routine->lenses[chosen - 1]);
  /* What nobody touched stays as the room has it, which may be newer. */
  intention = gtk_editable_get_text (GTK_EDITABLE (self->intention));
  if (g_strcmp0 (intention, self->routine->intention) != 0)
    telling->intention = g_strdup (intention);
  gtk_widget_set_sensitive (self->keep, FALSE);
  gtk_widget_set_visible (self->trouble, FALSE);
  g_task_set_task_data (task, telling, telling_free);
  g_task_run_in_thread (task, tell);
}

/* ---- how it looks ---- */

static AdwPreferencesGroup *
add_group (AdwPreferencesPage *page, const char *title, const char *description)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), description);
  adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (group));
  return ADW_PREFERENCES_GROUP (group);
}

static GtkWidget *
make_norm (const char *words)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), words);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  return row;
}

static void
add_norms (LwPrepareDialog *self, AdwPreferencesPage *page)
{
  AdwPreferencesGroup *group;
  GtkWidget *row;

  if (*self->routine->norms == NULL)
    return;
  group = add_group (page, _ ("What was agreed on"), NULL);
  for (guint i = 0; self->routine->norms[i] != NULL; i++)
    adw_preferences_group_add (group, make_norm (self->routine->norms[i]));
  row = adw_preferences_row_new ();
  self->norms = gtk_check_button_new_with_label (_ ("I have read this"));
  gtk_widget_add_css_class (self->norms, "lw-norms");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("I have read this"));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), self->norms);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  /* Who has said so has said so. */
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->norms), self->routine->has_read_norms);
  gtk_widget_set_sensitive (row, !self->routine->has_read_norms);
  adw_preferences_group_add (group, row);
}

static void
add_lens (LwPrepareDialog *self, AdwPreferencesPage *page)
{
  AdwPreferencesGroup *group;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  if (*self->routine->lenses == NULL)
    return;
  group = add_group (page, _ ("Your lens"), _ ("The angle from which you look in this walk."));
  gtk_string_list_append (names, _ ("None yet"));
  for (guint i = 0; self->routine->lenses[i] != NULL; i++)
    gtk_string_list_append (names, self->routine->lenses[i]);
  self->lens = adw_combo_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->lens), _ ("Lens"));
  adw_combo_row_set_model (ADW_COMBO_ROW (self->lens), G_LIST_MODEL (names));
  for (guint i = 0; self->routine->lenses[i] != NULL; i++) {
    if (g_str_equal (self->routine->lenses[i], self->routine->lens))
      adw_combo_row_set_selected (ADW_COMBO_ROW (self->lens), i + 1);
  }
  adw_preferences_group_add (group, self->lens);
}

static void
add_intention (LwPrepareDialog *self, AdwPreferencesPage *page)
{
  AdwPreferencesGroup *group =
      add_group (page, _ ("Your intention"), _ ("What do you set out to look for?"));

  /* Not a row: screen readers hear nothing of an AdwEntryRow's field. */
  self->intention = gtk_entry_new ();
  lw_widget_set_label (self->intention, _ ("Intention"));
  gtk_editable_set_text (GTK_EDITABLE (self->intention), self->routine->intention);
  adw_preferences_group_add (group, self->intention);
  self->trouble = lw_widget_new_trouble ();
  adw_preferences_group_add (group, self->trouble);
}

static void
lw_prepare_dialog_dispose (GObject *object)
{
  LwPrepareDialog *self = LW_PREPARE_DIALOG (object);

  g_clear_pointer (&self->joined, lw_joined_unref);
  g_clear_pointer (&self->routine, lw_rooms_routine_free);
  G_OBJECT_CLASS (lw_prepare_dialog_parent_class)->dispose (object);
}

static void
lw_prepare_dialog_class_init (LwPrepareDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_prepare_dialog_dispose;
  told_signal = g_signal_new ("told", LW_TYPE_PREPARE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static void
lw_prepare_dialog_init (LwPrepareDialog *self)
{
}

GtkWindow *
lw_prepare_dialog_new (LwStore *store, const LwJoined *joined, GtkWindow *parent, GError **error)
{
  LwRoomsRoutine *routine = lw_rooms_load_routine (store, joined, error);
  LwPrepareDialog *self;
  GtkWidget *box, *page;

  if (routine == NULL)
    return NULL;
  self = g_object_new (LW_TYPE_PREPARE_DIALOG, "title", _ ("Prepare for the Walk"), "modal", TRUE,
                       "transient-for", parent, "default-width", 520, "default-height", 740, NULL);
  self->joined = lw_joined_ref (joined);
  self->routine = routine;
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  page = adw_preferences_page_new ();
  gtk_widget_set_vexpand (page, TRUE);
  self->keep = gtk_button_new_with_mnemonic (_ ("_Keep"));
  g_signal_connect_swapped (self->keep, "clicked", G_CALLBACK (on_keep), self);
  gtk_box_append (GTK_BOX (box), lw_widget_new_dialog_header (GTK_WINDOW (self), self->keep));
  gtk_box_append (GTK_BOX (box), page);
  add_norms (self, ADW_PREFERENCES_PAGE (page));
  add_lens (self, ADW_PREFERENCES_PAGE (page));
  add_intention (self, ADW_PREFERENCES_PAGE (page));
  adw_window_set_content (ADW_WINDOW (self), box);
  if (self->norms != NULL && !self->routine->has_read_norms)
    gtk_window_set_focus (GTK_WINDOW (self), self->norms);
  return GTK_WINDOW (self);
}
