/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-note-row.h"

#include <glib/gi18n.h>

#include "lw-pair.h"
#include "lw-palette.h"
#include "lw-phrases.h"
#include "lw-widget.h"

struct _LwNoteRow {
  GtkWidget parent;
  LwNoteItem *item;
  GtkWidget *mark;
  GtkWidget *icon;
  GtkWidget *kind;
  GtkWidget *when;
  GtkWidget *author;
  GtkWidget *text;
  GtkWidget *extras; /* a row of small facts: tags, replies */
  GtkWidget *tags;
  GtkWidget *replies;
  GtkWidget *on_focus;
  GtkWidget *menu;
  gboolean has_focus_link;
};

G_DEFINE_TYPE (LwNoteRow, lw_note_row, GTK_TYPE_WIDGET)

/* ---- the menu, made when it is opened ---- */

static void
lw_note_row_menu_add (GMenu *menu, const char *label, const char *action, const char *id)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", id);
  g_menu_append_item (menu, item);
}

static void
lw_note_row_make_menu (GtkMenuButton *button, gpointer data)
{
  LwNoteRow *self = data;
  const LwNote *note;
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autofree char *id = NULL;

  if (self->item == NULL)
    return;
  note = lw_note_item_get_note (self->item);
  id = lw_id_to_string (&note->id);
  lw_note_row_menu_add (menu, _ ("Reply"), "notes.reply", id);
  if (lw_note_item_get_is_own (self->item)) {
    lw_note_row_menu_add (menu, _ ("Change"), "notes.edit", id);
    if (self->has_focus_link && note->kind != LW_NOTE_REPLY)
      lw_note_row_menu_add (
          menu, note->on_focus ? _ ("Speaks no longer to the focus") : _ ("Speaks to the focus"),
          "notes.on-focus", id);
  }
  if (lw_note_is_range (note))
    lw_note_row_menu_add (menu, _ ("Watch this range again and again"), "notes.loop", id);
  if (lw_note_item_get_is_own (self->item)) {
    g_autoptr (GMenu) last = g_menu_new ();

    lw_note_row_menu_add (last, _ ("Delete"), "notes.delete", id);
    g_menu_append_section (menu, NULL, G_MENU_MODEL (last));
  }
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

/* ---- filling in ---- */

static void
lw_note_row_show_tags (LwNoteRow *self, const LwNote *note)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; note->tags[i] != NULL; i++)
    g_string_append_printf (text, "%s#%s", i > 0 ? "  " : "", note->tags[i]);
  gtk_label_set_text (GTK_LABEL (self->tags), text->str);
  gtk_widget_set_visible (self->tags, text->len > 0);
}

static void
lw_note_row_show_replies (LwNoteRow *self)
{
  guint n = lw_note_item_get_n_replies (self->item);
  g_autofree char *text = g_strdup_printf (ngettext ("%u reply", "%u replies", n), n);

  gtk_label_set_text (GTK_LABEL (self->replies), text);
  gtk_widget_set_visible (self->replies, n > 0);
}

static void
lw_note_row_show_author (LwNoteRow *self)
{
  const char *lens = lw_note_item_get_lens (self->item);
  const char *author = lw_note_item_get_author (self->item);
  g_autofree char *both = lens[0] == '\0' ? NULL : g_strdup_printf ("%s · %s", author, lens);

  gtk_label_set_text (GTK_LABEL (self->author), both != NULL ? both : author);
}

static void
lw_note_row_show (LwNoteRow *self)
{
  const LwNote *note = lw_note_item_get_note (self->item);
  g_autofree char *when = lw_phrase_when (note);
  g_autofree char *spoken = lw_phrase_note (self->item);
  gboolean reply = note->kind == LW_NOTE_REPLY;

  lw_mark_set (LW_MARK (self->mark), lw_note_item_get_track_number (self->item), note->kind);
  gtk_widget_set_visible (self->mark, !reply);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), lw_note_kind_icon (note->kind));
  gtk_label_set_text (GTK_LABEL (self->kind), lw_note_kind_word (note->kind));
  gtk_label_set_text (GTK_LABEL (self->when), when);
  gtk_widget_set_visible (self->when, !reply);
  gtk_label_set_text (GTK_LABEL (self->text), note->text);
  gtk_widget_set_visible (self->on_focus, note->on_focus);
  lw_note_row_show_author (self);
  lw_note_row_show_tags (self, note);
  lw_note_row_show_replies (self);
  gtk_widget_set_visible (self->extras, gtk_widget_get_visible (self->tags) ||
                                            gtk_widget_get_visible (self->replies));
  if (reply)
    gtk_widget_add_css_class (GTK_WIDGET (self), "reply");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "reply");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  /* What the list focuses is the item around this row: that too must have a name. */
  if (gtk_widget_get_parent (GTK_WIDGET (self)) != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (GTK_WIDGET (self))),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

void
lw_note_row_set_item (LwNoteRow *self, LwNoteItem *item)
{
  g_return_if_fail (LW_IS_NOTE_ROW (self));
  if (g_set_object (&self->item, item) && item != NULL)
    lw_note_row_show (self);
}

LwNoteItem *
lw_note_row_get_item (LwNoteRow *self)
{
  g_return_val_if_fail (LW_IS_NOTE_ROW (self), NULL);
  return self->item;
}

void
lw_note_row_set_current (LwNoteRow *self, gboolean current)
{
  g_return_if_fail (LW_IS_NOTE_ROW (self));
  if (current)
    gtk_widget_add_css_class (GTK_WIDGET (self), "current");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "current");
}

void
lw_note_row_set_has_focus_link (LwNoteRow *self, gboolean has)
{
  g_return_if_fail (LW_IS_NOTE_ROW (self));
  self->has_focus_link = has;
}

/* ---- building ---- */

static GtkWidget *
lw_note_row_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

/* Names and tags: two lines of them, where one has no room. */
static void
lw_note_row_let_wrap (GtkWidget *label)
{
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (label), 2);
}

static GtkWidget *
lw_note_row_make_head (LwNoteRow *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *what = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *when = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->mark = lw_mark_new ();
  gtk_box_append (GTK_BOX (what), self->mark);
  self->icon = gtk_image_new ();
  gtk_box_append (GTK_BOX (what), self->icon);
  self->kind = lw_note_row_label ("heading");
  gtk_box_append (GTK_BOX (what), self->kind);
  self->when = lw_note_row_label ("numeric");
  gtk_widget_add_css_class (self->when, "lw-when");
  gtk_box_append (GTK_BOX (when), self->when);
  self->on_focus = gtk_image_new_from_icon_name ("lw-focus-symbolic");
  gtk_widget_set_tooltip_text (self->on_focus, _ ("Speaks to the focus"));
  gtk_widget_add_css_class (self->on_focus, "accent");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->on_focus), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Speaks to the focus"), -1);
  gtk_box_append (GTK_BOX (when), self->on_focus);
  gtk_box_append (GTK_BOX (head), lw_pair_new (what, when, FALSE, 6));

  self->menu = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->menu), "view-more-symbolic");
  /* Else the keyboard would enter here and never rest on the note itself, where Enter jumps to its
   * moment. By keyboard the menu opens with the Menu key. */
  gtk_widget_set_can_focus (self->menu, FALSE);
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->menu), lw_note_row_make_menu, self,
                                         NULL);
  gtk_widget_add_css_class (self->menu, "flat");
  gtk_widget_add_css_class (self->menu, "lw-row-menu");
  gtk_widget_set_hexpand (self->menu, TRUE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_END);
  gtk_widget_set_valign (self->menu, GTK_ALIGN_START);
  lw_widget_set_label (self->menu, _ ("What to do with this note"));
  gtk_box_append (GTK_BOX (head), self->menu);
  return head;
}

void
lw_note_row_open_menu (LwNoteRow *self)
{
  g_return_if_fail (LW_IS_NOTE_ROW (self));
  gtk_menu_button_popup (GTK_MENU_BUTTON (self->menu));
}

static void
lw_note_row_dispose (GObject *object)
{
  LwNoteRow *self = LW_NOTE_ROW (object);
  GtkWidget *child;

  g_clear_object (&self->item);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (lw_note_row_parent_class)->dispose (object);
}

static void
lw_note_row_class_init (LwNoteRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_note_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "lw-note");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
lw_note_row_init (LwNoteRow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (widget);
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 3);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (lw_note_row_open_menu), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_parent (lw_note_row_make_head (self), widget);
  self->text = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->text), 0);
  gtk_label_set_wrap (GTK_LABEL (self->text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->text), PANGO_WRAP_WORD_CHAR);
  /* A note of a megabyte must not make a row as high as a house; "Change" shows it all. */
  gtk_label_set_lines (GTK_LABEL (self->text), 12);
  gtk_label_set_ellipsize (GTK_LABEL (self->text), PANGO_ELLIPSIZE_END);
  gtk_widget_set_parent (self->text, widget);
  self->author = lw_note_row_label ("caption");
  gtk_widget_add_css_class (self->author, "lw-dim");
  lw_note_row_let_wrap (self->author);
  gtk_widget_set_parent (self->author, widget);
  self->extras = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->tags = lw_note_row_label ("caption");
  gtk_widget_add_css_class (self->tags, "lw-tags");
  lw_note_row_let_wrap (self->tags);
  gtk_box_append (GTK_BOX (self->extras), self->tags);
  self->replies = lw_note_row_label ("caption");
  gtk_widget_add_css_class (self->replies, "lw-dim");
  gtk_box_append (GTK_BOX (self->extras), self->replies);
  gtk_widget_set_parent (self->extras, widget);
}

GtkWidget *
lw_note_row_new (void)
{
  return g_object_new (LW_TYPE_NOTE_ROW, NULL);
}
