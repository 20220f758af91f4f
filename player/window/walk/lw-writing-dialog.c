/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-writing-dialog.h"

#include <glib/gi18n.h>

#include "lw-palette.h"
#include "lw-phrases.h"
#include "lw-walk-act.h"
#include "lw-widget.h"

#define SAVE_MS 250

struct _LwWritingDialog {
  AdwWindow parent;
  LwStore *store;
  LwId walk_id;
  LwEntityKind kind;
  LwOutcomeKind outcome;
  gint64 position;
  LwId step_id;
  char *level;
  GtkWidget *box;
  GtkWidget *text;  /* a GtkTextView */
  GtkWidget *owner; /* entries; NULL where nobody is asked */
  GtkWidget *due;
  GtkWidget *state;  /* a GtkDropDown, or NULL */
  GtkWidget *checks; /* a box of the cards that it may rest on, or NULL */
  GtkWidget *trouble;
  GtkWidget *keep;
  char *saved_as; /* the setting that holds the words until they are kept */
  guint save_id;
};

G_DEFINE_TYPE (LwWritingDialog, lw_writing_dialog, ADW_TYPE_WINDOW)

static guint told_signal;

static char *
get_text (GtkWidget *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

/* ---- saving what is written ---- */

static void
show_trouble (LwWritingDialog *self, const GError *error)
{
  gtk_label_set_text (GTK_LABEL (self->trouble), error != NULL ? error->message : "");
  gtk_widget_set_visible (self->trouble, error != NULL);
}

static gboolean
save (gpointer data)
{
  LwWritingDialog *self = data;
  g_autofree char *text = get_text (self->text);
  g_autoptr (GError) error = NULL;

  self->save_id = 0;
  if (!lw_store_set_setting (self->store, self->saved_as, *text != '\0' ? text : NULL, &error))
    show_trouble (self, error);
  return G_SOURCE_REMOVE;
}

static void
save_now (LwWritingDialog *self)
{
  if (self->save_id == 0)
    return;
  g_clear_handle_id (&self->save_id, g_source_remove);
  save (self);
}

static void
on_edited (LwWritingDialog *self)
{
  if (self->save_id == 0)
    self->save_id = g_timeout_add (SAVE_MS, save, self);
}

/* Of each walk, kind and what it is written about there are words of their own. */
static void
recall (LwWritingDialog *self, const char *about)
{
  g_autofree char *walk = lw_id_to_string (&self->walk_id);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text));
  g_autofree char *text = NULL;

  self->saved_as = g_strdup_printf ("writing:%s:%d:%s", walk, (int)self->kind, about);
  text = lw_store_get_setting (self->store, self->saved_as, NULL);
  if (text != NULL)
    gtk_text_buffer_set_text (buffer, text, -1);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (on_edited), self, G_CONNECT_SWAPPED);
}

/* ---- keeping it ---- */

typedef struct {
  LwEntityKind kind;
  LwOutcomeKind outcome;
  LwFollowUpState state;
  gint64 position;
  LwId step_id;
  char *level, *text, *owner, *day;
  char *saved_as;
  GStrv cites;
} Words;

static void
words_free (gpointer data)
{
  Words *words = data;

  g_free (words->level);
  g_free (words->text);
  g_free (words->owner);
  g_free (words->day);
  g_free (words->saved_as);
  g_strfreev (words->cites);
  g_free (words);
}

static void
set_step (const LwWalking *walking, const Words *words, LwStep *step)
{
  GHashTableIter iter;
  gpointer id, member;

  step->level = words->level;
  step->text = words->text;
  step->due = words->day;
  step->owner = words->owner;
  g_hash_table_iter_init (&iter, walking->standing.people);
  while (g_hash_table_iter_next (&iter, &id, &member)) {
    g_autoptr (LwPerson) person = lw_store_get_person (walking->standing.store, id, NULL);

    /* Who left the walk takes nothing on by her name. */
    if (((const LwWalkPerson *)member)->roles != 0 && person != NULL && *words->owner != '\0' &&
        g_str_equal (person->name, words->owner)) {
      step->owner_id = person->id;
      step->owner = "";
    }
  }
}

static gboolean
put (const LwWalking *walking, gpointer data, GError **error)
{
  const Words *words = data;
  g_auto (LwBoardDraft) draft = {.kind = words->kind};
  g_autoptr (GError) dropping = NULL;

  if (words->kind == LW_ENTITY_OUTCOME) {
    draft.cites = g_strdupv (words->cites);
    draft.fields.outcome.kind = words->outcome;
    draft.fields.outcome.text = words->text;
    draft.fields.outcome.cites = (const char *const *)draft.cites;
    draft.fields.outcome.position = words->position;
  } else if (words->kind == LW_ENTITY_STEP) {
    set_step (walking, words, &draft.fields.step);
  } else {
    draft.fields.follow_up.step_id = words->step_id;
    draft.fields.follow_up.state = words->state;
    draft.fields.follow_up.text = words->text;
    draft.fields.follow_up.on = words->day;
  }
  if (!lw_walking_put (walking, &draft, FALSE, NULL, NULL, error))
    return FALSE;
  /* Here, for the dialog may be closed by now. What stays behind is seen at the next opening. */
  if (!lw_store_set_setting (walking->standing.store, words->saved_as, NULL, &dropping))
    g_debug ("what was written stays behind: %s", dropping->message);
  return TRUE;
}

static void
on_put (GtkWidget *widget, const GError *error)
{
  LwWritingDialog *self = LW_WRITING_DIALOG (widget);

  if (self->store == NULL) /* closed meanwhile */
    return;
  gtk_widget_set_sensitive (self->keep, TRUE);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->text), TRUE);
  show_trouble (self, error);
  if (error != NULL)
    return;
  g_signal_emit (self, told_signal, 0);
  gtk_window_close (GTK_WINDOW (self));
}

static char *
get_entry (GtkWidget *entry)
{
  return entry != NULL ? g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))))
                       : g_strdup ("");
}

static GStrv
get_checked (GtkWidget *checks)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  for (GtkWidget *check = checks != NULL ? gtk_widget_get_first_child (checks) : NULL;
       check != NULL; check = gtk_widget_get_next_sibling (check)) {
    if (gtk_check_button_get_active (GTK_CHECK_BUTTON (check)))
      g_ptr_array_add (ids, g_strdup (g_object_get_data (G_OBJECT (check), "lw-note")));
  }
  g_ptr_array_add (ids, NULL);
  return (GStrv)g_ptr_array_steal (ids, NULL);
}

static void
on_keep (LwWritingDialog *self)
{
  Words *words = g_new0 (Words, 1);

  words->kind = self->kind;
  words->outcome = self->outcome;
  words->position = self->position;
  words->step_id = self->step_id;
  words->level = g_strdup (self->level);
  words->text = get_text (self->text);
  words->owner = get_entry (self->owner);
  words->day = get_entry (self->due);
  words->cites = get_checked (self->checks);
  if (self->state != NULL)
    words->state = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->state));
  words->saved_as = g_strdup (self->saved_as);
  /* What is written now is what is kept: nothing is saved behind it. */
  save_now (self);
  gtk_widget_set_sensitive (self->keep, FALSE);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->text), FALSE);
  lw_walk_act (GTK_WIDGET (self), self->store, &self->walk_id, put, words, words_free, on_put);
}

/* ---- how it looks ---- */

const char *
lw_follow_up_words (LwFollowUpState state)
{
  switch (state) {
  case LW_FOLLOW_UP_TRYING:
    return _ ("Trying");
  case LW_FOLLOW_UP_ADAPTED:
    return _ ("Adapted");
  case LW_FOLLOW_UP_ADOPTED:
    return _ ("Adopted");
  case LW_FOLLOW_UP_ABANDONED:
    return _ ("Abandoned");
  default:
    return _ ("Planned");
  }
}

static void
add_named (LwWritingDialog *self, GtkWidget *field, const char *name)
{
  GtkWidget *label = lw_walk_label (name, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (field), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_box_append (GTK_BOX (self->box), label);
  gtk_box_append (GTK_BOX (self->box), field);
}

static GtkWidget *
add_text (LwWritingDialog *self, const char *name)
{
  GtkWidget *frame = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->text = gtk_text_view_new ();
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->text), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (self->text), FALSE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (self->text), 10);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (self->text), 10);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (self->text), 8);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (self->text), 8);
  gtk_widget_add_css_class (frame, "lw-note-text");
  gtk_box_append (GTK_BOX (frame), self->text);
  gtk_box_append (GTK_BOX (self->box), lw_walk_label (name, NULL));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  gtk_box_append (GTK_BOX (self->box), frame);
  return frame;
}

static void
add_checks (LwWritingDialog *self, const LwBoardView *view)
{
  gtk_box_append (GTK_BOX (self->box),
                  lw_walk_label (_ ("Choose the cards that show it: at least one."), NULL));
  self->checks = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  for (guint i = 0; i < view->groups->len; i++) {
    const LwBoardGroup *group = view->groups->pdata[i];

    for (guint k = 0; k < group->cards->len; k++) {
      const LwNote *note = ((const LwBoardCard *)group->cards->pdata[k])->note;
      g_autofree char *when = lw_phrase_when (note);
      g_autofree char *words = g_strdup_printf ("%s: %s", when, note->text);
      GtkWidget *check = gtk_check_button_new ();

      gtk_check_button_set_child (GTK_CHECK_BUTTON (check), lw_walk_label (words, NULL));
      gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                      -1);
      g_object_set_data_full (G_OBJECT (check), "lw-note", lw_id_to_string (&note->id), g_free);
      gtk_box_append (GTK_BOX (self->checks), check);
    }
  }
  gtk_box_append (GTK_BOX (self->box), self->checks);
}

static void
lw_writing_dialog_dispose (GObject *object)
{
  LwWritingDialog *self = LW_WRITING_DIALOG (object);

  save_now (self);
  g_clear_object (&self->store);
  g_clear_pointer (&self->level, g_free);
  g_clear_pointer (&self->saved_as, g_free);
  G_OBJECT_CLASS (lw_writing_dialog_parent_class)->dispose (object);
}

static void
lw_writing_dialog_class_init (LwWritingDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_writing_dialog_dispose;
  told_signal = g_signal_new ("told", LW_TYPE_WRITING_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 0);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

/* In time, also where a task of lw_walk_act() keeps the dialog for a while. */
static gboolean
on_close (LwWritingDialog *self)
{
  save_now (self);
  return FALSE;
}

static void
lw_writing_dialog_init (LwWritingDialog *self)
{
}

static LwWritingDialog *
begin (LwStore *store,
       const LwId *walk_id,
       LwEntityKind kind,
       const char *title,
       const char *name,
       GtkWindow *parent)
{
  LwWritingDialog *self =
      g_object_new (LW_TYPE_WRITING_DIALOG, "title", title, "modal", TRUE, "transient-for", parent,
                    "default-width", 480, "default-height", 460, NULL);
  GtkWidget *all = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroll = gtk_scrolled_window_new ();

  self->store = g_object_ref (store);
  self->walk_id = *walk_id;
  self->kind = kind;
  self->keep = gtk_button_new_with_mnemonic (_ ("_Keep"));
  g_signal_connect_swapped (self->keep, "clicked", G_CALLBACK (on_keep), self);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_add_css_class (self->box, "lw-dialog");
  self->trouble = lw_widget_new_trouble ();
  gtk_box_append (GTK_BOX (self->box), self->trouble);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), self->box);
  gtk_widget_set_vexpand (scroll, TRUE);
  gtk_box_append (GTK_BOX (all), lw_widget_new_dialog_header (GTK_WINDOW (self), self->keep));
  gtk_box_append (GTK_BOX (all), scroll);
  adw_window_set_content (ADW_WINDOW (self), all);
  add_text (self, name);
  gtk_window_set_focus (GTK_WINDOW (self), self->text);
  g_signal_connect (self, "close-request", G_CALLBACK (on_close), NULL);
  return self;
}

GtkWindow *
lw_writing_dialog_new_outcome (LwStore *store,
                               const LwId *walk_id,
                               const LwBoardView *view,
                               LwOutcomeKind kind,
                               GtkWindow *parent)
{
  const char *titles[] = {_ ("What Is Working"), _ ("What Is Needed"),
                          _ ("Wondering for the Teacher")};
  LwWritingDialog *self = begin (store, walk_id, LW_ENTITY_OUTCOME, titles[kind],
                                 _ ("In the words of all of you"), parent);
  guint n = view->outcomes[kind]->len;

  recall (self, lw_outcome_kind_to_string (kind));
  self->outcome = kind;
  if (n > 0)
    self->position = lw_board_position_between (
        &((const LwOutcome *)view->outcomes[kind]->pdata[n - 1])->position, NULL);
  add_checks (self, view);
  return GTK_WINDOW (self);
}

GtkWindow *
lw_writing_dialog_new_step (LwStore *store,
                            const LwId *walk_id,
                            const LwLevel *level,
                            GtkWindow *parent)
{
  LwWritingDialog *self =
      begin (store, walk_id, LW_ENTITY_STEP, _ ("Next Step"), _ ("What will be done?"), parent);

  recall (self, level->id);
  self->level = g_strdup (level->id);
  self->owner = gtk_entry_new ();
  add_named (self, self->owner, _ ("Who will do it?"));
  self->due = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->due), _ ("YYYY-MM-DD"));
  add_named (self, self->due, _ ("Until when?"));
  return GTK_WINDOW (self);
}

GtkWindow *
lw_writing_dialog_new_follow_up (LwStore *store,
                                 const LwId *walk_id,
                                 const LwStep *step,
                                 GtkWindow *parent)
{
  LwWritingDialog *self = begin (store, walk_id, LW_ENTITY_FOLLOW_UP, _ ("What Became of It"),
                                 _ ("What did you see?"), parent);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");
  g_autofree char *id = lw_id_to_string (&step->item.id);
  GtkStringList *states = gtk_string_list_new (NULL);

  recall (self, id);
  self->step_id = step->item.id;
  for (guint i = 0; i < LW_FOLLOW_UP_N_STATES; i++)
    gtk_string_list_append (states, lw_follow_up_words (i));
  self->state = gtk_drop_down_new (G_LIST_MODEL (states), NULL);
  add_named (self, self->state, _ ("How does it stand?"));
  self->due = gtk_entry_new ();
  gtk_editable_set_text (GTK_EDITABLE (self->due), today);
  add_named (self, self->due, _ ("On which day?"));
  return GTK_WINDOW (self);
}
