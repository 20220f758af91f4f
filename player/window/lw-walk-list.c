/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-walk-list.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "lw-protocol.h"

struct _LwWalkList {
  GtkBox parent;
  LwStore *store;
  LwRoomsKeeper *rooms;
  char *shown; /* what is shown, as text: the same is not made anew under somebody's hand */
};

G_DEFINE_TYPE (LwWalkList, lw_walk_list, GTK_TYPE_BOX)

static guint open_signal, prepare_signal;

char *
lw_walk_list_phase_of (LwStore *store, const LwWalk *walk)
{
  g_autoptr (LwProtocol) protocol = lw_protocol_find_in (store, walk->protocol, NULL);
  const LwPhase *phase = protocol != NULL ? lw_protocol_find_phase (protocol, walk->phase) : NULL;

  return g_strdup (phase != NULL ? phase->title : "");
}

/* ---- one lesson ---- */

typedef struct {
  LwWalkList *list; /* unowned: its row is in it */
  LwJoined *joined;
  LwSegment *segment;
} Lesson;

static void
lesson_free (gpointer data, GClosure *closure)
{
  Lesson *lesson = data;

  lw_joined_unref (lesson->joined);
  lw_segment_unref (lesson->segment);
  g_free (lesson);
}

static void
on_activated (AdwActionRow *row, Lesson *lesson)
{
  g_autoptr (LwJoined) joined = lw_joined_ref (lesson->joined);
  g_autoptr (LwSegment) segment = lw_segment_ref (lesson->segment);

  g_signal_emit (lesson->list, open_signal, 0, joined, segment);
}

static GtkWidget *
make_row (LwWalkList *self, const LwJoined *joined, const LwSegment *segment)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = g_markup_escape_text (segment->title, -1);
  g_autofree char *length = lw_time_format (segment->duration);
  Lesson *lesson = g_new0 (Lesson, 1);

  *lesson = (Lesson){self, lw_joined_ref (joined), lw_segment_ref (segment)};
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 *title == '\0' ? _ ("A lesson without a title") : title);
  if (segment->duration != LW_TIME_NONE)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), length);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_set_icon_name (ADW_ACTION_ROW (row), "video-x-generic-symbolic");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect_data (row, "activated", G_CALLBACK (on_activated), lesson, lesson_free, 0);
  return row;
}

/* ---- one walk ---- */

static void
on_prepare (GtkButton *button, LwWalkList *self)
{
  g_autoptr (LwJoined) joined = lw_joined_ref (g_object_get_data (G_OBJECT (button), "joined"));

  g_signal_emit (self, prepare_signal, 0, joined);
}

static GtkWidget *
make_prepare_button (LwWalkList *self, const LwJoined *joined, const char *title)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Prepare…"));
  /* Translators: %s is a walk's title */
  g_autofree char *label = g_strdup_printf (_ ("Prepare for “%s”"), title);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("What was agreed on, your lens, your intention"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), "joined", lw_joined_ref (joined),
                          (GDestroyNotify)lw_joined_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (on_prepare), self);
  return button;
}

static void
add_lessons (LwWalkList *self, GtkListBox *list, const LwJoined *joined)
{
  g_autoptr (GPtrArray) visits =
      lw_store_list (self->store, LW_ENTITY_VISIT, &joined->walk_id, NULL);

  for (guint i = 0; visits != NULL && i < visits->len; i++) {
    const LwVisit *visit = visits->pdata[i];
    g_autoptr (GPtrArray) segments =
        lw_store_list (self->store, LW_ENTITY_SEGMENT, &visit->id, NULL);

    for (guint k = 0; segments != NULL && k < segments->len; k++)
      gtk_list_box_append (list, make_row (self, joined, segments->pdata[k]));
  }
}

static char *
describe (LwWalkList *self, const LwRoomNews *news, char **ret_title)
{
  g_autoptr (LwWalk) walk = lw_store_get_walk (self->store, &news->joined->walk_id, NULL);
  g_autofree char *sentence = lw_room_news_to_sentence (news);
  g_autofree char *phase = NULL;

  *ret_title =
      g_strdup (walk != NULL && *walk->title != '\0' ? walk->title : _ ("A walk that you joined"));
  if (walk == NULL)
    return g_steal_pointer (&sentence);
  phase = lw_walk_list_phase_of (self->store, walk);
  return *phase == '\0' ? g_steal_pointer (&sentence)
                        : g_strdup_printf (_ ("Phase: %s. %s"), phase, sentence);
}

static void
add_walk (LwWalkList *self, const LwRoomNews *news)
{
  g_autofree char *title = NULL;
  g_autofree char *words = describe (self, news, &title);
  g_autofree char *safe_title = g_markup_escape_text (title, -1);
  g_autofree char *safe_words = g_markup_escape_text (words, -1);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *list = gtk_list_box_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), safe_title);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), safe_words);
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (group),
                                           make_prepare_button (self, news->joined, title));
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  add_lessons (self, GTK_LIST_BOX (list), news->joined);
  gtk_widget_set_visible (list, gtk_widget_get_first_child (list) != NULL);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), list);
  gtk_box_append (GTK_BOX (self), group);
}

static void
append_lessons (LwWalkList *self, GString *text, const LwId *walk)
{
  g_autoptr (GPtrArray) visits = lw_store_list (self->store, LW_ENTITY_VISIT, walk, NULL);

  for (guint i = 0; visits != NULL && i < visits->len; i++) {
    const LwVisit *visit = visits->pdata[i];
    g_autoptr (GPtrArray) segments =
        lw_store_list (self->store, LW_ENTITY_SEGMENT, &visit->id, NULL);

    for (guint k = 0; segments != NULL && k < segments->len; k++)
      g_string_append_printf (text, "|%s", ((const LwSegment *)segments->pdata[k])->title);
  }
}

static void
refresh (LwWalkList *self)
{
  g_autoptr (GPtrArray) list = lw_rooms_keeper_list (self->rooms);
  g_autoptr (GString) text = g_string_new (NULL);
  GtkWidget *child;

  for (guint i = 0; i < list->len; i++) {
    const LwRoomNews *news = list->pdata[i];
    g_autofree char *title = NULL;
    g_autofree char *words = describe (self, news, &title);

    g_string_append_printf (text, "%s\n%s\n", title, words);
    append_lessons (self, text, &news->joined->walk_id);
  }
  gtk_widget_set_visible (GTK_WIDGET (self), list->len > 0);
  if (g_strcmp0 (text->str, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_string_free (g_steal_pointer (&text), FALSE);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_box_remove (GTK_BOX (self), child);
  for (guint i = 0; i < list->len; i++)
    add_walk (self, list->pdata[i]);
}

static void
lw_walk_list_dispose (GObject *object)
{
  LwWalkList *self = LW_WALK_LIST (object);

  if (self->rooms != NULL)
    g_signal_handlers_disconnect_by_data (self->rooms, self);
  g_clear_object (&self->rooms);
  g_clear_object (&self->store);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (lw_walk_list_parent_class)->dispose (object);
}

static void
lw_walk_list_class_init (LwWalkListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_walk_list_dispose;
  open_signal = g_signal_new ("open", LW_TYPE_WALK_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_POINTER);
  prepare_signal = g_signal_new ("prepare", LW_TYPE_WALK_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
lw_walk_list_init (LwWalkList *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 24);
}

GtkWidget *
lw_walk_list_new (LwStore *store, LwRoomsKeeper *rooms)
{
  LwWalkList *self = g_object_new (LW_TYPE_WALK_LIST, NULL);

  self->store = g_object_ref (store);
  self->rooms = g_object_ref (rooms);
  g_signal_connect_swapped (rooms, "changed", G_CALLBACK (refresh), self);
  refresh (self);
  return GTK_WIDGET (self);
}
