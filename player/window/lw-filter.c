/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-filter.h"

#include <glib/gi18n.h>

#include "lw-palette.h"

struct _LwFilter {
  GtkBox parent;
  LwSession *session;
  GtkWidget *kinds[LW_NOTE_N_KINDS]; /* check buttons; none checked: all kinds */
  GtkWidget *author;
  GtkWidget *lens;
  GtkWidget *tag;
  GtkWidget *on_focus;
  GtkWidget *clear;
  GArray *authors; /* of LwId, beside the entries of the drop-down after "anyone" */
  GArray *lenses;
  GStrv tags;
  LwId chosen_author, chosen_lens;
  gboolean loading;
};

G_DEFINE_TYPE (LwFilter, lw_filter, GTK_TYPE_BOX)

static void
lw_filter_changed (LwFilter *self)
{
  if (self->loading)
    return;
  gtk_widget_set_sensitive (self->clear, lw_filter_is_active (self));
  g_signal_emit_by_name (self, "changed");
}

static guint
lw_filter_choice (GtkWidget *drop_down)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (drop_down));

  return selected == GTK_INVALID_LIST_POSITION ? 0 : selected;
}

void
lw_filter_apply (LwFilter *self, LwNoteQuery *query)
{
  guint choice;

  g_return_if_fail (LW_IS_FILTER (self));
  query->kinds = 0;
  for (guint i = 0; i < LW_NOTE_N_KINDS; i++)
    if (self->kinds[i] != NULL && gtk_check_button_get_active (GTK_CHECK_BUTTON (self->kinds[i])))
      query->kinds |= 1u << i;
  choice = lw_filter_choice (self->author);
  query->author_id = NULL;
  if (choice > 0 && choice <= self->authors->len) {
    self->chosen_author = g_array_index (self->authors, LwId, choice - 1);
    query->author_id = &self->chosen_author;
  }
  choice = lw_filter_choice (self->lens);
  query->lens_id = NULL;
  if (choice > 0 && choice <= self->lenses->len) {
    self->chosen_lens = g_array_index (self->lenses, LwId, choice - 1);
    query->lens_id = &self->chosen_lens;
  }
  choice = lw_filter_choice (self->tag);
  query->tag = choice > 0 && choice <= g_strv_length (self->tags) ? self->tags[choice - 1] : NULL;
  query->on_focus = gtk_check_button_get_active (GTK_CHECK_BUTTON (self->on_focus));
}

gboolean
lw_filter_is_active (LwFilter *self)
{
  LwNoteQuery query = {0};

  g_return_val_if_fail (LW_IS_FILTER (self), FALSE);
  lw_filter_apply (self, &query);
  return query.kinds != 0 || query.author_id != NULL || query.lens_id != NULL ||
         query.tag != NULL || query.on_focus;
}

void
lw_filter_clear (LwFilter *self)
{
  g_return_if_fail (LW_IS_FILTER (self));
  self->loading = TRUE;
  for (guint i = 0; i < LW_NOTE_N_KINDS; i++)
    if (self->kinds[i] != NULL)
      gtk_check_button_set_active (GTK_CHECK_BUTTON (self->kinds[i]), FALSE);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->author), 0);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->lens), 0);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->tag), 0);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->on_focus), FALSE);
  self->loading = FALSE;
  lw_filter_changed (self);
}

/* ---- what there is to choose from ---- */

/* Fills a drop-down, keeping the choice where it is still there. */
static void
lw_filter_fill (GtkWidget *drop_down, const char *all, GPtrArray *names)
{
  GtkStringList *list = gtk_string_list_new (NULL);
  GtkStringObject *object = gtk_drop_down_get_selected_item (GTK_DROP_DOWN (drop_down));
  g_autofree char *before =
      object == NULL ? NULL : g_strdup (gtk_string_object_get_string (object));
  guint selected = 0;

  gtk_string_list_append (list, all);
  for (guint i = 0; i < names->len; i++) {
    gtk_string_list_append (list, g_ptr_array_index (names, i));
    if (g_strcmp0 (before, g_ptr_array_index (names, i)) == 0)
      selected = i + 1;
  }
  gtk_drop_down_set_model (GTK_DROP_DOWN (drop_down), G_LIST_MODEL (list));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (drop_down), selected);
  gtk_widget_set_visible (gtk_widget_get_parent (drop_down), names->len > 0);
  g_object_unref (list);
}

static void
lw_filter_refresh_authors (LwFilter *self, LwStore *store, const LwSegment *segment)
{
  g_autoptr (GPtrArray) tracks = lw_store_list (store, LW_ENTITY_TRACK, &segment->id, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  g_array_set_size (self->authors, 0);
  for (guint i = 0; tracks != NULL && i < tracks->len; i++) {
    const LwTrack *track = g_ptr_array_index (tracks, i);
    g_autoptr (LwPerson) person = lw_store_get_person (store, &track->person_id, NULL);

    if (person == NULL)
      continue;
    g_array_append_val (self->authors, person->id);
    g_ptr_array_add (names, g_strdup (person->name));
  }
  lw_filter_fill (self->author, _ ("Anyone"), names);
}

static void
lw_filter_refresh_lenses (LwFilter *self, LwStore *store)
{
  g_autoptr (GPtrArray) lenses = lw_store_list (store, LW_ENTITY_LENS, NULL, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  g_array_set_size (self->lenses, 0);
  for (guint i = 0; lenses != NULL && i < lenses->len; i++) {
    const LwLens *lens = g_ptr_array_index (lenses, i);

    g_array_append_val (self->lenses, lens->id);
    g_ptr_array_add (names, g_strdup (lens->name));
  }
  lw_filter_fill (self->lens, _ ("Any lens"), names);
}

void
lw_filter_refresh (LwFilter *self)
{
  LwStore *store;
  const LwSegment *segment;
  const LwWalk *walk;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  g_return_if_fail (LW_IS_FILTER (self));
  store = lw_session_get_store (self->session);
  segment = lw_session_get_segment (self->session);
  walk = lw_session_get_walk (self->session);
  if (segment == NULL)
    return;
  self->loading = TRUE;
  lw_filter_refresh_authors (self, store, segment);
  lw_filter_refresh_lenses (self, store);
  g_strfreev (self->tags);
  self->tags = lw_store_tags (store, &segment->id, NULL);
  if (self->tags == NULL)
    self->tags = g_new0 (char *, 1);
  for (guint i = 0; self->tags[i] != NULL; i++)
    g_ptr_array_add (names, self->tags[i]);
  lw_filter_fill (self->tag, _ ("Any tag"), names);
  gtk_widget_set_visible (self->on_focus, walk != NULL && walk->focus[0] != '\0');
  gtk_widget_set_sensitive (self->clear, lw_filter_is_active (self));
  self->loading = FALSE;
}

/* ---- building ---- */

static GtkWidget *
lw_filter_make_drop_down (LwFilter *self, const char *label)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *caption = gtk_label_new (label);
  GtkWidget *drop_down = gtk_drop_down_new_from_strings ((const char *const[]){"", NULL});

  gtk_label_set_xalign (GTK_LABEL (caption), 0);
  gtk_widget_add_css_class (caption, "caption-heading");
  gtk_box_append (GTK_BOX (row), caption);
  gtk_box_append (GTK_BOX (row), drop_down);
  gtk_accessible_update_property (GTK_ACCESSIBLE (drop_down), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_signal_connect_swapped (drop_down, "notify::selected", G_CALLBACK (lw_filter_changed), self);
  gtk_box_append (GTK_BOX (self), row);
  return drop_down;
}

static void
lw_filter_dispose (GObject *object)
{
  g_clear_object (&LW_FILTER (object)->session);
  G_OBJECT_CLASS (lw_filter_parent_class)->dispose (object);
}

static void
lw_filter_finalize (GObject *object)
{
  LwFilter *self = LW_FILTER (object);

  g_array_unref (self->authors);
  g_array_unref (self->lenses);
  g_strfreev (self->tags);
  G_OBJECT_CLASS (lw_filter_parent_class)->finalize (object);
}

static void
lw_filter_class_init (LwFilterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_filter_dispose;
  G_OBJECT_CLASS (klass)->finalize = lw_filter_finalize;
  g_signal_new ("changed", LW_TYPE_FILTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lw_filter_init (LwFilter *self)
{
  static const LwNoteKind offered[] = {LW_NOTE_NOTICING, LW_NOTE_WONDERING};

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 8);
  self->authors = g_array_new (FALSE, FALSE, sizeof (LwId));
  self->lenses = g_array_new (FALSE, FALSE, sizeof (LwId));
  self->tags = g_new0 (char *, 1);
  for (guint i = 0; i < G_N_ELEMENTS (offered); i++) {
    GtkWidget *check = gtk_check_button_new_with_label (lw_note_kind_word (offered[i]));

    g_signal_connect_swapped (check, "toggled", G_CALLBACK (lw_filter_changed), self);
    gtk_box_append (GTK_BOX (self), check);
    self->kinds[offered[i]] = check;
  }
  self->on_focus = gtk_check_button_new_with_label (_ ("Speaks to the focus"));
  g_signal_connect_swapped (self->on_focus, "toggled", G_CALLBACK (lw_filter_changed), self);
  gtk_box_append (GTK_BOX (self), self->on_focus);
  self->author = lw_filter_make_drop_down (self, _ ("Written by"));
  self->lens = lw_filter_make_drop_down (self, _ ("Lens"));
  self->tag = lw_filter_make_drop_down (self, _ ("Tag"));
  self->clear = gtk_button_new_with_label (_ ("Show all notes"));
  g_signal_connect_swapped (self->clear, "clicked", G_CALLBACK (lw_filter_clear), self);
  gtk_box_append (GTK_BOX (self), self->clear);
}

GtkWidget *
lw_filter_new (LwSession *session)
{
  LwFilter *self = g_object_new (LW_TYPE_FILTER, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}
