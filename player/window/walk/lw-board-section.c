/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-board-section.h"

#include <glib/gi18n.h>
#include <string.h>

#include "lw-palette.h"
#include "lw-phrases.h"
#include "lw-walk-act.h"
#include "lw-widget.h"
#include "lw-writing-dialog.h"

struct _LwBoardSection {
  GtkBox parent;
  LwStore *store;
  LwBoardView *view;
  LwId walk_id;
  gboolean may_arrange;
  gboolean may_conclude;
  char *shown;       /* what is shown, to tell whether something is other */
  GtkWidget *groups; /* a box */
  GtkWidget *title;  /* an entry: of a new group */
  GtkWidget *new_group;
  GtkWidget *outcomes;
};

G_DEFINE_TYPE (LwBoardSection, lw_board_section, GTK_TYPE_BOX)

static guint play_signal, failed_signal, changed_signal;

/* ---- changing it ---- */

/* A change, with words of its own: its task outlives the view. */
typedef struct {
  LwEntityKind kind;
  LwCard card;
  char *text; /* of a group its title, of a card of whom it speaks */
  gint64 position;
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->text);
  g_free (change);
}

static gboolean
put (const LwWalking *walking, gpointer data, GError **error)
{
  const Change *change = data;
  LwBoardDraft draft = {.kind = change->kind};

  if (change->kind == LW_ENTITY_CARD) {
    draft.fields.card = change->card;
    draft.fields.card.about = change->text;
  } else {
    draft.fields.group.title = change->text;
    draft.fields.group.position = change->position;
  }
  return lw_walking_put (walking, &draft, FALSE, NULL, NULL, error);
}

static void
on_put (GtkWidget *widget, const GError *error)
{
  if (LW_BOARD_SECTION (widget)->store == NULL) /* closed meanwhile */
    return;
  if (error != NULL)
    g_signal_emit (widget, failed_signal, 0, error);
  g_signal_emit (widget, changed_signal, 0);
}

/* Its title stays until the group is there: a room that does not answer takes no words away. */
static void
on_group_put (GtkWidget *widget, const GError *error)
{
  LwBoardSection *self = LW_BOARD_SECTION (widget);

  if (self->store == NULL) /* closed meanwhile */
    return;
  gtk_widget_set_sensitive (self->new_group, TRUE);
  if (error == NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->title), "");
  on_put (widget, error);
}

static const LwBoardCard *
find_card (const LwBoardSection *self, const char *id, const LwBoardGroup **ret_group)
{
  LwId note_id;

  if (!lw_id_parse (id, &note_id))
    return NULL;
  for (guint i = 0; i < self->view->groups->len; i++) {
    const LwBoardGroup *group = self->view->groups->pdata[i];

    for (guint k = 0; k < group->cards->len; k++) {
      const LwBoardCard *card = group->cards->pdata[k];

      if (lw_id_equal (&card->note->id, &note_id)) {
        if (ret_group != NULL)
          *ret_group = group;
        return card;
      }
    }
  }
  return NULL;
}

static void
put_card (LwBoardSection *self,
          const LwBoardCard *card,
          const LwBoardGroup *group,
          const char *about)
{
  Change *change = g_new0 (Change, 1);
  const LwBoardCard *last =
      group->cards->len > 0 ? group->cards->pdata[group->cards->len - 1] : NULL;
  gint64 before = last != NULL && last->card != NULL ? last->card->position : 0;

  change->kind = LW_ENTITY_CARD;
  if (card->card != NULL)
    change->card = *card->card;
  change->card.note_id = card->note->id;
  if (about != NULL) {
    change->text = g_strdup (about);
  } else {
    change->text = g_strdup (card->card != NULL ? card->card->about : "");
    change->card.group_id = group->group != NULL ? group->group->item.id : LW_ID_NONE;
    change->card.position = lw_board_position_between (&before, NULL);
  }
  lw_walk_act (GTK_WIDGET (self), self->store, &self->walk_id, put, change, change_free, on_put);
}

/* "ID of a note|index of a group" */
static void
act_move (GtkWidget *widget, const char *action, GVariant *target)
{
  LwBoardSection *self = LW_BOARD_SECTION (widget);
  const char *id;
  guint index;

  g_variant_get (target, "(&su)", &id, &index);
  if (self->view != NULL && index < self->view->groups->len) {
    const LwBoardCard *card = find_card (self, id, NULL);

    if (card != NULL)
      put_card (self, card, self->view->groups->pdata[index], NULL);
  }
}

static void
act_about (GtkWidget *widget, const char *action, GVariant *target)
{
  LwBoardSection *self = LW_BOARD_SECTION (widget);
  const LwBoardGroup *group = NULL;
  const LwBoardCard *card;
  const char *id, *about;

  g_variant_get (target, "(&s&s)", &id, &about);
  card = self->view != NULL ? find_card (self, id, &group) : NULL;
  if (card != NULL)
    put_card (self, card, group, about);
}

static void
on_new_group (LwBoardSection *self)
{
  g_autofree char *title =
      g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->title))));
  Change *change;
  guint n = self->view != NULL ? self->view->groups->len : 0;

  if (*title == '\0' || n == 0)
    return;
  change = g_new0 (Change, 1);
  change->kind = LW_ENTITY_GROUP;
  change->text = g_steal_pointer (&title);
  change->position = lw_board_position_between (
      n > 1 ? &((const LwBoardGroup *)self->view->groups->pdata[n - 2])->group->position : NULL,
      NULL);
  gtk_widget_set_sensitive (self->new_group, FALSE);
  lw_walk_act (GTK_WIDGET (self), self->store, &self->walk_id, put, change, change_free,
               on_group_put);
}

/* ---- cards ---- */

static const struct {
  const char *about, *words;
} abouts[] = {
    {"student", N_ ("One student")},   {"group", N_ ("Some students")},
    {"class", N_ ("The whole class")}, {"teacher", N_ ("Teacher")},
    {"task", N_ ("Task or material")},
};

static const char *
about_words (const char *about)
{
  for (guint i = 0; i < G_N_ELEMENTS (abouts); i++) {
    if (g_str_equal (about, abouts[i].about))
      return _ (abouts[i].words);
  }
  return "";
}

static GtkWidget *
make_card_menu (LwBoardSection *self, const LwBoardCard *card, guint at)
{
  GtkWidget *button = gtk_menu_button_new ();
  g_autoptr (GMenu) menu = g_menu_new (), groups = g_menu_new (), spoken = g_menu_new ();
  g_autofree char *id = lw_id_to_string (&card->note->id);

  for (guint i = 0; i < self->view->groups->len; i++) {
    const LwBoardGroup *group = self->view->groups->pdata[i];
    g_autoptr (GMenuItem) item =
        g_menu_item_new (group->group != NULL ? group->group->title : _ ("Not grouped yet"), NULL);

    g_menu_item_set_action_and_target (item, "board.move", "(su)", id, i);
    if (i != at)
      g_menu_append_item (groups, item);
  }
  for (guint i = 0; i < G_N_ELEMENTS (abouts); i++) {
    g_autoptr (GMenuItem) item = g_menu_item_new (_ (abouts[i].words), NULL);

    g_menu_item_set_action_and_target (item, "board.about", "(ss)", id, abouts[i].about);
    g_menu_append_item (spoken, item);
  }
  g_menu_append_section (menu, _ ("Move to"), G_MENU_MODEL (groups));
  g_menu_append_section (menu, _ ("Speaks of"), G_MENU_MODEL (spoken));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  lw_widget_set_label (button, _ ("Move this card, or say of whom it speaks"));
  return button;
}

static GdkContentProvider *
on_drag (GtkDragSource *source, double x, double y, GtkWidget *row)
{
  return gdk_content_provider_new_typed (G_TYPE_STRING,
                                         g_object_get_data (G_OBJECT (row), "lw-note"));
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, GtkWidget *list)
{
  GtkWidget *self = gtk_widget_get_ancestor (list, LW_TYPE_BOARD_SECTION);
  g_autoptr (GVariant) move = NULL;
  guint at = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (list), "lw-at"));
  LwId id;

  if (self == NULL || !lw_id_parse (g_value_get_string (value), &id))
    return FALSE;
  move = g_variant_ref_sink (g_variant_new ("(su)", g_value_get_string (value), at));
  act_move (self, "", move);
  return TRUE;
}

static char *
describe_card (LwBoardSection *self, const LwBoardCard *card)
{
  g_autoptr (LwPerson) author = lw_store_get_person (self->store, &card->note->author_id, NULL);
  g_autofree char *when = lw_phrase_when (card->note);
  const char *about = about_words (card->about);

  return g_strdup_printf ("%s · %s%s%s%s%s", lw_note_kind_word (card->note->kind), when,
                          author != NULL ? " · " : "", author != NULL ? author->name : "",
                          *about != '\0' ? " · " : "", about);
}

static GtkWidget *
make_card (LwBoardSection *self, const LwBoardCard *card, guint at)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *head = describe_card (self, card);
  g_autofree char *name =
      g_strdup_printf (_ ("%s: %s. Press Enter to play it."), head, card->note->text);
  GtkWidget *text = lw_walk_label (card->note->text, NULL);

  gtk_box_append (GTK_BOX (words), lw_walk_label (head, "caption"));
  gtk_box_append (GTK_BOX (words), text);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (line), words);
  gtk_widget_add_css_class (row, "lw-board-card");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), line);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (row), "lw-note", lw_id_to_string (&card->note->id), g_free);
  if (self->may_arrange) {
    GtkDragSource *source = gtk_drag_source_new ();

    gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
    g_signal_connect (source, "prepare", G_CALLBACK (on_drag), row);
    gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (source));
    gtk_box_append (GTK_BOX (line), make_card_menu (self, card, at));
  }
  return row;
}

static void
on_row (GtkListBox *list, GtkListBoxRow *row, LwBoardSection *self)
{
  const LwBoardCard *card =
      self->view != NULL ? find_card (self, g_object_get_data (G_OBJECT (row), "lw-note"), NULL)
                         : NULL;

  if (card != NULL)
    g_signal_emit (self, play_signal, 0, card->note);
}

static void
add_group (LwBoardSection *self, guint at)
{
  const LwBoardGroup *group = self->view->groups->pdata[at];
  const char *title = group->group != NULL ? group->group->title : _ ("Not grouped yet");
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *empty =
      lw_walk_label (self->may_arrange ? _ ("Drag cards here.") : _ ("No cards here."), "lw-dim");

  gtk_box_append (GTK_BOX (self->groups), lw_walk_heading (title));
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_list_box_set_placeholder (GTK_LIST_BOX (list), empty);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_widget_add_css_class (empty, "lw-board-card");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  g_object_set_data (G_OBJECT (list), "lw-at", GUINT_TO_POINTER (at));
  for (guint i = 0; i < group->cards->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (list), make_card (self, group->cards->pdata[i], at));
  g_signal_connect (list, "row-activated", G_CALLBACK (on_row), self);
  if (self->may_arrange) {
    GtkDropTarget *target = gtk_drop_target_new (G_TYPE_STRING, GDK_ACTION_MOVE);

    g_signal_connect (target, "drop", G_CALLBACK (on_drop), list);
    gtk_widget_add_controller (list, GTK_EVENT_CONTROLLER (target));
  }
  gtk_box_append (GTK_BOX (self->groups), list);
}

/* ---- what comes of them ---- */

static void
on_outcome_told (LwWritingDialog *dialog, LwBoardSection *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
act_conclude (GtkWidget *widget, const char *action, GVariant *target)
{
  LwBoardSection *self = LW_BOARD_SECTION (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWindow *dialog;

  if (self->view == NULL || root == NULL)
    return;
  dialog = lw_writing_dialog_new_outcome (self->store, &self->walk_id, self->view,
                                          g_variant_get_uint32 (target), GTK_WINDOW (root));
  g_signal_connect_object (dialog, "told", G_CALLBACK (on_outcome_told), self, 0);
  gtk_window_present (dialog);
}

static void
add_outcomes (LwBoardSection *self, LwOutcomeKind kind)
{
  const char *titles[] = {_ ("What is working"), _ ("What is needed"),
                          _ ("Wonderings for the teacher")};
  const char *adds[] = {_ ("Write down what is working…"), _ ("Write down what is needed…"),
                        _ ("Write a wondering for the teacher…")};
  GPtrArray *outcomes = self->view->outcomes[kind];

  gtk_box_append (GTK_BOX (self->outcomes), lw_walk_heading (titles[kind]));
  for (guint i = 0; i < outcomes->len; i++) {
    const LwOutcome *outcome = outcomes->pdata[i];
    guint n = g_strv_length ((char **)outcome->cites);
    g_autofree char *rests =
        g_strdup_printf (ngettext ("Rests on %u card", "Rests on %u cards", n), n);

    gtk_box_append (GTK_BOX (self->outcomes), lw_walk_label (outcome->text, NULL));
    gtk_box_append (GTK_BOX (self->outcomes), lw_walk_label (rests, "caption"));
  }
  if (outcomes->len == 0)
    gtk_box_append (GTK_BOX (self->outcomes), lw_walk_label (_ ("Nothing yet."), "lw-dim"));
  if (kind == LW_OUTCOME_ASSET ? self->may_arrange : self->may_conclude) {
    GtkWidget *add = gtk_button_new_with_label (adds[kind]);

    gtk_widget_set_halign (add, GTK_ALIGN_START);
    gtk_actionable_set_action_name (GTK_ACTIONABLE (add), "board.conclude");
    gtk_actionable_set_action_target (GTK_ACTIONABLE (add), "u", kind);
    gtk_box_append (GTK_BOX (self->outcomes), add);
  }
}

/* ---- all of it ---- */

/* Everything that is shown, so that what stays as it was is left alone. */
static char *
describe (LwBoardSection *self)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%d%d", self->may_arrange, self->may_conclude);
  for (guint i = 0; i < self->view->groups->len; i++) {
    const LwBoardGroup *group = self->view->groups->pdata[i];

    g_string_append_printf (text, "\n# %s", group->group != NULL ? group->group->title : "");
    for (guint k = 0; k < group->cards->len; k++) {
      const LwBoardCard *card = group->cards->pdata[k];
      g_autofree char *id = lw_id_to_string (&card->note->id);
      g_autofree char *head = describe_card (self, card);

      g_string_append_printf (text, "\n%s %s %s", id, head, card->note->text);
    }
  }
  for (guint kind = 0; kind < LW_OUTCOME_N_KINDS; kind++) {
    for (guint i = 0; i < self->view->outcomes[kind]->len; i++) {
      const LwOutcome *outcome = self->view->outcomes[kind]->pdata[i];

      g_string_append_printf (text, "\n%u %u %s", kind, g_strv_length ((char **)outcome->cites),
                              outcome->text);
    }
  }
  return g_string_free (text, FALSE);
}

/* The card that has the keyboard; "" if none. (transfer full) */
static char *
find_focus (LwBoardSection *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *row = focus != NULL && gtk_widget_is_ancestor (focus, self->groups)
                       ? gtk_widget_get_ancestor (focus, GTK_TYPE_LIST_BOX_ROW)
                       : NULL;

  return g_strdup (row != NULL ? g_object_get_data (G_OBJECT (row), "lw-note") : "");
}

static void
restore_focus (LwBoardSection *self, const char *id)
{
  for (GtkWidget *list = gtk_widget_get_first_child (self->groups); list != NULL && *id != '\0';
       list = gtk_widget_get_next_sibling (list)) {
    for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL;
         row = gtk_widget_get_next_sibling (row)) {
      if (g_strcmp0 (g_object_get_data (G_OBJECT (row), "lw-note"), id) == 0)
        gtk_widget_grab_focus (row);
    }
  }
}

void
lw_board_section_set_view (LwBoardSection *self, const LwWalking *walking, LwBoardView *view)
{
  const LwStanding *standing = &walking->standing;
  g_autofree char *shown = NULL, *focus = NULL;

  g_return_if_fail (LW_IS_BOARD_SECTION (self));
  gtk_widget_set_visible (GTK_WIDGET (self), view != NULL);
  g_clear_pointer (&self->view, lw_board_view_free);
  self->view = view;
  if (view == NULL)
    return;
  self->walk_id = standing->walk->id;
  self->may_arrange = lw_standing_allows (standing, LW_ACT_ARRANGE, FALSE);
  self->may_conclude = lw_standing_allows (standing, LW_ACT_CONCLUDE, FALSE);
  shown = describe (self);
  if (g_strcmp0 (shown, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&shown);
  focus = find_focus (self);
  lw_walk_clear (self->groups);
  lw_walk_clear (self->outcomes);
  for (guint i = 0; i < view->groups->len; i++)
    add_group (self, i);
  for (guint kind = 0; kind < LW_OUTCOME_N_KINDS; kind++)
    add_outcomes (self, kind);
  gtk_widget_set_visible (self->new_group, self->may_arrange);
  restore_focus (self, focus);
}

static void
lw_board_section_dispose (GObject *object)
{
  LwBoardSection *self = LW_BOARD_SECTION (object);

  g_clear_pointer (&self->view, lw_board_view_free);
  g_clear_pointer (&self->shown, g_free);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (lw_board_section_parent_class)->dispose (object);
}

static void
lw_board_section_class_init (LwBoardSectionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lw_board_section_dispose;
  play_signal = g_signal_new ("play", LW_TYPE_BOARD_SECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, LW_TYPE_NOTE);
  failed_signal = g_signal_new ("failed", LW_TYPE_BOARD_SECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  changed_signal = g_signal_new ("changed", LW_TYPE_BOARD_SECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (widget_class, "board.move", "(su)", act_move);
  gtk_widget_class_install_action (widget_class, "board.about", "(ss)", act_about);
  gtk_widget_class_install_action (widget_class, "board.conclude", "u", act_conclude);
}

static void
lw_board_section_init (LwBoardSection *self)
{
  GtkWidget *add = gtk_button_new_with_mnemonic (_ ("_Make a Group"));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 10);
  self->groups = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  self->new_group = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->title = gtk_entry_new ();
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->title),
                                  _ ("What do these cards have in common?"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->title), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Title of a new group"), -1);
  g_signal_connect_swapped (self->title, "activate", G_CALLBACK (on_new_group), self);
  g_signal_connect_swapped (add, "clicked", G_CALLBACK (on_new_group), self);
  gtk_box_append (GTK_BOX (self->new_group), self->title);
  gtk_box_append (GTK_BOX (self->new_group), add);
  self->outcomes = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append (GTK_BOX (self), self->groups);
  gtk_box_append (GTK_BOX (self), self->new_group);
  gtk_box_append (GTK_BOX (self), self->outcomes);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
lw_board_section_new (LwStore *store)
{
  LwBoardSection *self = g_object_new (LW_TYPE_BOARD_SECTION, NULL);

  self->store = g_object_ref (store);
  return GTK_WIDGET (self);
}
