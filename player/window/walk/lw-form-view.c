/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-form-view.h"

#include <glib/gi18n.h>

#include "lw-palette.h"
#include "lw-phrases.h"
#include "lw-walk-act.h"
#include "lw-widget.h"
#include "lw-wording-line.h"

#define SAVE_MS 250
#define AGAIN_MS 2000 /* where it could not be saved */

/* One field, while she fills it in. */
typedef struct {
  LwFormView *view;
  char *tag;
  GtkWidget *text; /* a GtkTextView */
  GtkWidget *lack;
  GtkWidget *pins;     /* a box of checks, one a note of hers; NULL where nothing is cited */
  GtkWidget *expander; /* around them; shown where there are any */
  gboolean is_dirty;
} Field;

struct _LwFormView {
  GtkBox parent;
  LwStore *store;
  LwFormSheet *sheet;
  LwId walk_id;
  guint round;
  GtkWidget *title;
  GtkWidget *hint;
  GtkWidget *state;
  GtkWidget *fields_box;
  GtkWidget *hand_in;
  GPtrArray *fields; /* of Field */
  guint save_id;
  gboolean was_asked; /* what is missing is told once she wanted to hand it in */
  gboolean was_told;  /* that it cannot be saved: once, until it can */
};

G_DEFINE_TYPE (LwFormView, lw_form_view, GTK_TYPE_BOX)

static guint failed_signal, told_signal;

static void
field_free (gpointer data)
{
  Field *field = data;

  g_free (field->tag);
  g_free (field);
}

/* ---- what is in it ---- */

static char *
text_of (const Field *field)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (field->text));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static GStrv
cites_of (const Field *field)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  for (GtkWidget *check = field->pins != NULL ? gtk_widget_get_first_child (field->pins) : NULL;
       check != NULL; check = gtk_widget_get_next_sibling (check)) {
    if (gtk_check_button_get_active (GTK_CHECK_BUTTON (check)))
      g_ptr_array_add (ids, g_strdup (g_object_get_data (G_OBJECT (check), "lw-note")));
  }
  g_ptr_array_add (ids, NULL);
  return (GStrv)g_ptr_array_steal (ids, NULL);
}

static LwFormPart *
part_of (const LwFormView *self, const Field *field)
{
  for (guint i = 0; i < self->sheet->parts->len; i++) {
    LwFormPart *part = self->sheet->parts->pdata[i];

    if (g_str_equal (part->tag, field->tag))
      return part;
  }
  return NULL;
}

/* ---- keeping it ---- */

static gboolean
is_dirty (const LwFormView *self)
{
  for (guint i = 0; i < self->fields->len; i++) {
    if (((const Field *)self->fields->pdata[i])->is_dirty)
      return TRUE;
  }
  return FALSE;
}

/* "Handed in" is said of the words that stand there, and of no others. */
static void
show_state (LwFormView *self)
{
  const char *words =
      !self->sheet->is_handed_in ? _ ("Not finished yet.")
      : is_dirty (self) || lw_form_sheet_has_drafts (self->sheet)
          ? _ ("Handed in. What you changed since is on this computer alone: hand it in again.")
          : _ ("Handed in.");

  if (!g_str_equal (gtk_label_get_text (GTK_LABEL (self->state)), words))
    gtk_label_set_text (GTK_LABEL (self->state), words);
}

/* What cannot be saved stays dirty, and holds up no other. @error: the first that comes */
static gboolean
save_field (LwFormView *self, const LwWalking *walking, Field *field, GError **error)
{
  g_autofree char *text = text_of (field);
  g_auto (GStrv) cites = cites_of (field);
  LwFormPart *part = part_of (self, field);

  if (!field->is_dirty || part == NULL)
    return TRUE;
  field->is_dirty = !lw_form_sheet_save_draft (walking, self->sheet, part, text,
                                               (const char *const *)cites, part->moment, error);
  return !field->is_dirty;
}

static gboolean
save (gpointer data)
{
  LwFormView *self = data;
  g_auto (LwWalking) walking = {0};
  g_autoptr (GError) error = NULL;

  self->save_id = 0;
  if (self->sheet == NULL || !is_dirty (self))
    return G_SOURCE_REMOVE;
  if (lw_walking_load (&walking, self->store, &self->walk_id, g_get_real_name (), &error)) {
    for (guint i = 0; i < self->fields->len; i++)
      save_field (self, &walking, self->fields->pdata[i], error == NULL ? &error : NULL);
  }
  show_state (self);
  if (error != NULL) {
    self->save_id = g_timeout_add (AGAIN_MS, save, self);
    if (!self->was_told)
      g_signal_emit (self, failed_signal, 0, error);
  }
  self->was_told = error != NULL;
  return G_SOURCE_REMOVE;
}

static void
save_now (LwFormView *self)
{
  g_clear_handle_id (&self->save_id, g_source_remove);
  save (self);
}

static void
on_edited (Field *field)
{
  field->is_dirty = TRUE;
  show_state (field->view);
  if (field->view->save_id == 0)
    field->view->save_id = g_timeout_add (SAVE_MS, save, field->view);
}

/* ---- handing it in ---- */

/* What keeps a field from counting, as it stands in the window; NULL if nothing. */
static const char *
lack_of (const LwFormView *self, const Field *field)
{
  const LwFormPart *part = part_of (self, field);
  g_autofree char *text = g_strstrip (text_of (field));
  g_auto (GStrv) cites = cites_of (field);

  if (*text == '\0')
    return part->field->required ? _ ("Still to be answered.") : NULL;
  if (part->field->cites && *cites == NULL && part->moment == LW_TIME_NONE)
    return self->sheet->pins->len > 0
               ? _ ("Choose the notes that it rests on.")
               : _ ("It rests on something that you saw: pin it in the lesson first.");
  return NULL;
}

static gboolean
show_lacks (LwFormView *self)
{
  gboolean complete = TRUE;

  for (guint i = 0; i < self->fields->len; i++) {
    Field *field = self->fields->pdata[i];
    const char *lack = lack_of (self, field);

    gtk_label_set_text (GTK_LABEL (field->lack), lack != NULL ? lack : "");
    gtk_widget_set_visible (field->lack, lack != NULL && self->was_asked);
    if (lack != NULL && complete && self->was_asked)
      gtk_widget_grab_focus (field->text);
    complete &= lack == NULL;
  }
  return complete;
}

static gboolean
answer_all (LwFormView *self, GError **error)
{
  g_auto (LwWalking) walking = {0};

  if (!lw_walking_load (&walking, self->store, &self->walk_id, g_get_real_name (), error))
    return FALSE;
  for (guint i = 0; i < self->fields->len; i++) {
    Field *field = self->fields->pdata[i];
    g_autofree char *text = text_of (field);
    g_auto (GStrv) cites = cites_of (field);
    const LwFormPart *part = part_of (self, field);

    if (!lw_form_sheet_answer (&walking, self->sheet, part, text, (const char *const *)cites,
                               part->moment, error))
      return FALSE;
    field->is_dirty = FALSE;
  }
  return TRUE;
}

static void
on_hand_in (LwFormView *self)
{
  g_autoptr (GError) error = NULL;

  self->was_asked = TRUE;
  if (!show_lacks (self)) {
    save_now (self);
    return;
  }
  g_clear_handle_id (&self->save_id, g_source_remove);
  if (!answer_all (self, &error)) {
    if (is_dirty (self))
      self->save_id = g_timeout_add (SAVE_MS, save, self);
    g_signal_emit (self, failed_signal, 0, error);
    return;
  }
  self->was_asked = FALSE;
  g_signal_emit (self, told_signal, 0,
                 _ ("The form is handed in. You can change it as long as the walk is open."));
}

/* ---- how it looks ---- */

/* A check for each note of hers; @cites are ticked. */
static void
fill_pins (Field *field, GPtrArray *pins, const char *const *cites)
{
  for (guint i = 0; i < pins->len; i++) {
    const LwNote *pin = pins->pdata[i];
    g_autofree char *id = lw_id_to_string (&pin->id);
    g_autofree char *when = lw_phrase_when (pin);
    g_autofree char *words =
        g_strdup_printf ("%s, %s: %s", lw_note_kind_word (pin->kind), when, pin->text);
    GtkWidget *check = gtk_check_button_new ();
    GtkWidget *label = lw_walk_label (words, NULL);

    gtk_label_set_lines (GTK_LABEL (label), 2);
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
    gtk_check_button_set_child (GTK_CHECK_BUTTON (check), label);
    gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                    -1);
    gtk_check_button_set_active (GTK_CHECK_BUTTON (check), g_strv_contains (cites, id));
    g_object_set_data_full (G_OBJECT (check), "lw-note", g_steal_pointer (&id), g_free);
    g_signal_connect_swapped (check, "toggled", G_CALLBACK (on_edited), field);
    gtk_box_append (GTK_BOX (field->pins), check);
  }
  gtk_widget_set_visible (field->expander, pins->len > 0);
}

/* Another pin of hers came, or one has other words: the checks alone are made anew. What she ticked
 * and has not saved yet stays ticked. */
static void
renew_pins (LwFormView *self)
{
  for (guint i = 0; i < self->fields->len; i++) {
    Field *field = self->fields->pdata[i];
    const LwFormPart *part = part_of (self, field);
    g_auto (GStrv) ticked = cites_of (field);

    if (field->pins == NULL || part == NULL)
      continue;
    lw_walk_clear (field->pins);
    fill_pins (field, self->sheet->pins,
               (const char *const *)(field->is_dirty ? ticked : part->cites));
  }
}

static gboolean
are_same_pins (GPtrArray *a, GPtrArray *b)
{
  for (guint i = 0; a->len == b->len && i < a->len; i++) {
    if (!lw_note_equal (a->pdata[i], b->pdata[i]))
      return FALSE;
  }
  return a->len == b->len;
}

static GtkWidget *
make_text (Field *field, const LwFormPart *part)
{
  GtkWidget *frame = gtk_scrolled_window_new (); /* what is not in one is not always painted */

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (frame), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (frame), TRUE);
  field->text = gtk_text_view_new ();
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (field->text), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (field->text), FALSE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (field->text), 10);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (field->text), 10);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (field->text), 8);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (field->text), 8);
  gtk_accessible_update_property (GTK_ACCESSIBLE (field->text), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  part->field->title, -1);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (field->text)), part->text, -1);
  g_signal_connect_swapped (gtk_text_view_get_buffer (GTK_TEXT_VIEW (field->text)), "changed",
                            G_CALLBACK (on_edited), field);
  gtk_widget_add_css_class (frame, "lw-note-text");
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (frame), field->text);
  return frame;
}

static void
add_field (LwFormView *self, const LwFormPart *part)
{
  Field *field = g_new0 (Field, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *wording;

  field->view = self;
  field->tag = g_strdup (part->tag);
  g_ptr_array_add (self->fields, field);
  gtk_box_append (GTK_BOX (box), lw_walk_heading (part->field->title));
  if (*part->field->hint != '\0')
    gtk_box_append (GTK_BOX (box), lw_walk_label (part->field->hint, "lw-dim"));
  gtk_box_append (GTK_BOX (box), make_text (field, part));
  wording = lw_wording_line_new (GTK_TEXT_VIEW (field->text));
  lw_wording_line_set_store (LW_WORDING_LINE (wording), self->store);
  lw_wording_line_set_on (LW_WORDING_LINE (wording), part->field->prefill != LW_NOTE_ANSWER);
  gtk_box_append (GTK_BOX (box), wording);
  field->lack = lw_widget_new_trouble ();
  gtk_box_append (GTK_BOX (box), field->lack);
  if (part->field->cites) {
    field->expander = gtk_expander_new (_ ("Notes that it rests on"));
    field->pins = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
    gtk_accessible_update_property (GTK_ACCESSIBLE (field->expander), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    _ ("Notes that it rests on"), -1);
    gtk_expander_set_child (GTK_EXPANDER (field->expander), field->pins);
    gtk_box_append (GTK_BOX (box), field->expander);
    fill_pins (field, self->sheet->pins, (const char *const *)part->cites);
  }
  gtk_box_append (GTK_BOX (self->fields_box), box);
}

static void
build (LwFormView *self)
{
  lw_walk_clear (self->fields_box); /* first: its widgets tell their fields of changes */
  g_ptr_array_set_size (self->fields, 0);
  for (guint i = 0; i < self->sheet->parts->len; i++)
    add_field (self, self->sheet->parts->pdata[i]);
  gtk_label_set_text (GTK_LABEL (self->title), self->sheet->form->title);
  gtk_label_set_text (GTK_LABEL (self->hint), self->sheet->form->hint);
}

/* Whether what is in the fields is of this form. */
static gboolean
is_same (const LwFormView *self, const LwFormSheet *sheet, const LwStanding *standing)
{
  return self->sheet != NULL && lw_id_equal (&self->walk_id, &standing->walk->id) &&
         self->round == standing->walk->round &&
         lw_id_equal (&self->sheet->segment->id, &sheet->segment->id) &&
         g_str_equal (self->sheet->form->id, sheet->form->id) &&
         self->sheet->parts->len == sheet->parts->len;
}

static gboolean
is_touched (const LwFormView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  for (guint i = 0; i < self->fields->len; i++) {
    const Field *field = self->fields->pdata[i];

    if (field->is_dirty || field->text == focus)
      return TRUE;
  }
  return FALSE;
}

/* Whether nothing in the fields is other than what was kept. */
static gboolean
shows (const LwFormView *self, const LwFormSheet *sheet)
{
  for (guint i = 0; i < self->fields->len && i < sheet->parts->len; i++) {
    g_autofree char *text = text_of (self->fields->pdata[i]);

    if (!g_str_equal (text, ((const LwFormPart *)sheet->parts->pdata[i])->text))
      return FALSE;
  }
  return TRUE;
}

void
lw_form_view_set_sheet (LwFormView *self, const LwWalking *walking, LwFormSheet *sheet)
{
  gboolean same, same_pins;

  g_return_if_fail (LW_IS_FORM_VIEW (self));
  gtk_widget_set_visible (GTK_WIDGET (self), sheet != NULL);
  same = sheet != NULL && is_same (self, sheet, &walking->standing) &&
         (is_touched (self) || shows (self, sheet));
  same_pins = same && are_same_pins (self->sheet->pins, sheet->pins);
  if (!same && self->sheet != NULL) {
    self->was_told = FALSE; /* what cannot be saved now goes with its field */
    save_now (self);
    g_clear_handle_id (&self->save_id, g_source_remove);
  }
  g_clear_pointer (&self->sheet, lw_form_sheet_free);
  self->sheet = sheet;
  if (sheet == NULL)
    return;
  self->walk_id = walking->standing.walk->id;
  self->round = walking->standing.walk->round;
  if (!same)
    build (self);
  else if (!same_pins)
    renew_pins (self);
  show_state (self);
}

static void
lw_form_view_dispose (GObject *object)
{
  LwFormView *self = LW_FORM_VIEW (object);

  if (self->store != NULL) {
    self->was_told = TRUE; /* there is nobody to be told any more */
    save_now (self);
    g_clear_handle_id (&self->save_id, g_source_remove);
    lw_walk_clear (self->fields_box);
  }
  g_ptr_array_set_size (self->fields, 0);
  g_clear_pointer (&self->sheet, lw_form_sheet_free);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (lw_form_view_parent_class)->dispose (object);
}

static void
lw_form_view_finalize (GObject *object)
{
  g_ptr_array_unref (LW_FORM_VIEW (object)->fields);
  G_OBJECT_CLASS (lw_form_view_parent_class)->finalize (object);
}

static void
lw_form_view_class_init (LwFormViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_form_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = lw_form_view_finalize;
  failed_signal = g_signal_new ("failed", LW_TYPE_FORM_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_ERROR);
  told_signal = g_signal_new ("told", LW_TYPE_FORM_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
lw_form_view_init (LwFormView *self)
{
  self->fields = g_ptr_array_new_with_free_func (field_free);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 10);
  self->title = lw_walk_heading ("");
  gtk_widget_add_css_class (self->title, "title-4");
  self->hint = lw_walk_label ("", "lw-dim");
  self->state = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS,
                              "xalign", 0.0, "wrap", TRUE, NULL);
  self->fields_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 16);
  self->hand_in = gtk_button_new_with_mnemonic (_ ("_Hand It In"));
  gtk_widget_add_css_class (self->hand_in, "suggested-action");
  gtk_widget_set_halign (self->hand_in, GTK_ALIGN_START);
  g_signal_connect_swapped (self->hand_in, "clicked", G_CALLBACK (on_hand_in), self);
  gtk_box_append (GTK_BOX (self), self->title);
  gtk_box_append (GTK_BOX (self), self->hint);
  gtk_box_append (GTK_BOX (self), self->state);
  gtk_box_append (GTK_BOX (self), self->fields_box);
  gtk_box_append (GTK_BOX (self), self->hand_in);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
lw_form_view_new (LwStore *store)
{
  LwFormView *self = g_object_new (LW_TYPE_FORM_VIEW, NULL);

  self->store = g_object_ref (store);
  return GTK_WIDGET (self);
}
