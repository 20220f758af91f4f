/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-start-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "lw-widget.h"

struct _LwStartPage {
  GtkWidget parent;
  LwStore *store;
  GtkWidget *page;
  GtkWidget *walks;  /* holds what was joined */
  GtkWidget *recent; /* a preferences group */
  GtkWidget *list;
};

G_DEFINE_TYPE (LwStartPage, lw_start_page, GTK_TYPE_WIDGET)

#define LW_RECENT_MAX 12

/* The newest place at which the media still is. (transfer full); NULL if it is nowhere. */
static char *
lw_start_page_find_media (LwStartPage *self, const LwSegment *segment, char **ret_last_seen)
{
  g_auto (GStrv) paths = lw_store_media_paths (self->store, &segment->media, NULL);

  *ret_last_seen = paths == NULL ? NULL : g_strdup (paths[0]);
  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    if (g_file_test (paths[i], G_FILE_TEST_EXISTS))
      return g_strdup (paths[i]);
  return NULL;
}

static char *
lw_start_page_describe (LwStartPage *self,
                        const LwSegment *segment,
                        const char *path,
                        const char *last_seen)
{
  LwNoteQuery query = {.segment_id = &segment->id};
  guint64 count = 0;
  g_autofree char *length = lw_time_format (segment->duration);
  g_autofree char *notes = NULL;

  if (path == NULL) {
    g_autofree char *shown = last_seen == NULL ? NULL : g_filename_display_name (last_seen);

    return shown == NULL
               ? g_strdup (_ ("The video is not on this computer."))
               : g_strdup_printf (_ ("Not found: %s. Its notes are kept; open the video from "
                                     "where it is now."),
                                  shown);
  }
  lw_store_count (self->store, &query, &count, NULL);
  notes = g_strdup_printf (ngettext ("%u note", "%u notes", (gulong)count), (guint)count);
  if (segment->duration == LW_TIME_NONE)
    return g_steal_pointer (&notes);
  return g_strdup_printf ("%s · %s", length, notes);
}

static void
lw_start_page_on_activated (AdwActionRow *row, LwStartPage *self)
{
  g_autoptr (GFile) file = g_file_new_for_path (g_object_get_data (G_OBJECT (row), "lw-path"));

  g_signal_emit_by_name (self, "open", file);
}

static GtkWidget *
lw_start_page_make_row (LwStartPage *self, const LwSegment *segment)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *last_seen = NULL;
  g_autofree char *path = lw_start_page_find_media (self, segment, &last_seen);
  g_autofree char *subtitle = lw_start_page_describe (self, segment, path, last_seen);
  g_autofree char *title = g_markup_escape_text (segment->title, -1);
  g_autofree char *escaped = g_markup_escape_text (subtitle, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 title[0] == '\0' ? _ ("A lesson without a title") : title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
  adw_action_row_set_icon_name (ADW_ACTION_ROW (row), "video-x-generic-symbolic");
  if (path == NULL) {
    gtk_widget_set_sensitive (row, FALSE);
    return row;
  }
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_widget_set_tooltip_text (row, path);
  g_object_set_data_full (G_OBJECT (row), "lw-path", g_steal_pointer (&path), g_free);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect (row, "activated", G_CALLBACK (lw_start_page_on_activated), self);
  return row;
}

void
lw_start_page_refresh (LwStartPage *self)
{
  g_autoptr (GPtrArray) segments = NULL;
  GtkWidget *row;

  g_return_if_fail (LW_IS_START_PAGE (self));
  while ((row = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
  segments = lw_store_recent_segments (self->store, LW_RECENT_MAX, NULL);
  for (guint i = 0; segments != NULL && i < segments->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list),
                         lw_start_page_make_row (self, g_ptr_array_index (segments, i)));
  gtk_widget_set_visible (self->recent, segments != NULL && segments->len > 0);
}

void
lw_start_page_set_walks (LwStartPage *self, GtkWidget *walks)
{
  g_return_if_fail (LW_IS_START_PAGE (self));
  gtk_box_append (GTK_BOX (self->walks), walks);
}

void
lw_start_page_set_is_joined (LwStartPage *self, gboolean is_joined)
{
  g_return_if_fail (LW_IS_START_PAGE (self));
  adw_status_page_set_description (
      ADW_STATUS_PAGE (self->page),
      is_joined ? _ ("Pin what you notice and what you wonder, to the very moment that you see. "
                     "What you write in a walk goes to its room, and nothing else leaves this "
                     "computer.")
                : _ ("Pin what you notice and what you wonder, to the very "
                     "moment that you see. Nothing leaves this computer."));
}

static GtkWidget *
lw_start_page_make_content (LwStartPage *self)
{
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  GtkWidget *open = gtk_button_new_with_mnemonic (_ ("_Open a Lesson…"));
  GtkWidget *drop = gtk_label_new (_ ("or drop a video here"));

  gtk_widget_add_css_class (open, "pill");
  gtk_widget_add_css_class (open, "suggested-action");
  gtk_widget_set_halign (open, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (open), "win.open");
  gtk_widget_add_css_class (drop, "lw-dim");
  gtk_box_append (GTK_BOX (box), open);
  gtk_box_append (GTK_BOX (box), drop);

  self->walks = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (box), self->walks);
  self->recent = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->recent), _ ("Watched Lately"));
  self->list = gtk_list_box_new ();
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Lessons watched lately"), -1);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->recent), self->list);
  gtk_box_append (GTK_BOX (box), self->recent);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 560);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  return clamp;
}

static void
lw_start_page_dispose (GObject *object)
{
  LwStartPage *self = LW_START_PAGE (object);

  lw_widget_unparent_children (GTK_WIDGET (self));
  g_clear_object (&self->store);
  G_OBJECT_CLASS (lw_start_page_parent_class)->dispose (object);
}

static void
lw_start_page_class_init (LwStartPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_start_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  g_signal_new ("open", LW_TYPE_START_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_FILE);
}

static void
lw_start_page_init (LwStartPage *self)
{
  self->page = adw_status_page_new ();
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->page), "org.lessonwalk.Lessonwalk");
  adw_status_page_set_title (ADW_STATUS_PAGE (self->page), _ ("Watch a Lesson"));
  lw_start_page_set_is_joined (self, FALSE);
  adw_status_page_set_child (ADW_STATUS_PAGE (self->page), lw_start_page_make_content (self));
  gtk_widget_set_parent (self->page, GTK_WIDGET (self));
}

GtkWidget *
lw_start_page_new (LwStore *store)
{
  LwStartPage *self = g_object_new (LW_TYPE_START_PAGE, NULL);

  self->store = g_object_ref (store);
  lw_start_page_refresh (self);
  return GTK_WIDGET (self);
}
