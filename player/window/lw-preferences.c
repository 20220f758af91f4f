/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-preferences.h"

#include <glib/gi18n.h>

struct _LwPreferences {
  AdwPreferencesWindow parent;
  LwSession *session;
  GtkWidget *name;
  GtkWidget *hold;
  GtkWidget *follow;
  GtkWidget *wording;
};

G_DEFINE_TYPE (LwPreferences, lw_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static void
lw_preferences_on_name (AdwEntryRow *row, LwPreferences *self)
{
  LwStore *store = lw_session_get_store (self->session);
  g_autoptr (GError) error = NULL;
  g_autoptr (LwPerson) person = NULL;
  g_autoptr (LwPerson) renamed = NULL;
  LwPerson fields;

  person = lw_store_ensure_local_person (store, gtk_editable_get_text (GTK_EDITABLE (row)), &error);
  if (person != NULL) {
    fields = *person;
    fields.name = gtk_editable_get_text (GTK_EDITABLE (row));
    renamed = lw_person_new (&fields, &error);
  }
  if (renamed == NULL || !lw_store_put_person (store, renamed, &error))
    g_signal_emit_by_name (self, "failed", error);
}

static void
lw_preferences_on_hold (GtkSwitch *toggle, GParamSpec *pspec, LwPreferences *self)
{
  lw_session_set_hold (self->session, gtk_switch_get_active (toggle));
}

static void
lw_preferences_on_follow (GtkSwitch *toggle, GParamSpec *pspec, LwPreferences *self)
{
  gboolean follow = gtk_switch_get_active (toggle);

  lw_store_set_setting (lw_session_get_store (self->session), LW_SETTING_FOLLOW, follow ? "1" : "0",
                        NULL);
  g_signal_emit_by_name (self, "follow", follow);
}

static void
lw_preferences_on_wording (GtkSwitch *toggle, GParamSpec *pspec, LwPreferences *self)
{
  lw_store_set_setting (lw_session_get_store (self->session), LW_SETTING_WORDING,
                        gtk_switch_get_active (toggle) ? "1" : "0", NULL);
}

static GtkWidget *
lw_preferences_add_switch (AdwPreferencesGroup *group,
                           const char *title,
                           const char *subtitle,
                           gboolean active)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *toggle = gtk_switch_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_switch_set_active (GTK_SWITCH (toggle), active);
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), toggle);
  adw_preferences_group_add (group, row);
  return toggle;
}

static void
lw_preferences_dispose (GObject *object)
{
  g_clear_object (&LW_PREFERENCES (object)->session);
  G_OBJECT_CLASS (lw_preferences_parent_class)->dispose (object);
}

static void
lw_preferences_class_init (LwPreferencesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_preferences_dispose;
  g_signal_new ("follow", LW_TYPE_PREFERENCES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_BOOLEAN);
  g_signal_new ("failed", LW_TYPE_PREFERENCES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_ERROR);
}

static void
lw_preferences_init (LwPreferences *self)
{
}

static void
lw_preferences_build (LwPreferences *self)
{
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *you = adw_preferences_group_new ();
  GtkWidget *watching = adw_preferences_group_new ();
  LwStore *store = lw_session_get_store (self->session);
  g_autoptr (LwPerson) person = lw_store_ensure_local_person (store, g_get_real_name (), NULL);
  g_autofree char *follow = lw_store_get_setting (store, LW_SETTING_FOLLOW, NULL);
  g_autofree char *wording = lw_store_get_setting (store, LW_SETTING_WORDING, NULL);

  self->name = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->name), _ ("Your name beside notes"));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->name), TRUE);
  /* The row is a group to screen readers: its field has to say itself what it is. */
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (gtk_editable_get_delegate (GTK_EDITABLE (self->name))),
      GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Your name beside notes"), -1);
  if (person != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->name), person->name);
  g_signal_connect (self->name, "apply", G_CALLBACK (lw_preferences_on_name), self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (you), self->name);

  self->hold = lw_preferences_add_switch (
      ADW_PREFERENCES_GROUP (watching), _ ("Writing holds the lesson"),
      _ ("Playback waits while you write, and goes on after"), lw_session_get_hold (self->session));
  g_signal_connect (self->hold, "notify::active", G_CALLBACK (lw_preferences_on_hold), self);
  self->follow = lw_preferences_add_switch (
      ADW_PREFERENCES_GROUP (watching), _ ("The list follows the lesson"),
      _ ("The notes of the moment come into sight"), g_strcmp0 (follow, "0") != 0);
  g_signal_connect (self->follow, "notify::active", G_CALLBACK (lw_preferences_on_follow), self);

  self->wording =
      lw_preferences_add_switch (ADW_PREFERENCES_GROUP (watching), _ ("Hints on wording"),
                                 _ ("For you alone, while you write: where a note praises, "
                                    "corrects, advises, judges or infers"),
                                 g_strcmp0 (wording, "0") != 0);
  g_signal_connect (self->wording, "notify::active", G_CALLBACK (lw_preferences_on_wording), self);

  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (you));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (watching));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (self), ADW_PREFERENCES_PAGE (page));
}

GtkWindow *
lw_preferences_new (LwSession *session, GtkWindow *parent)
{
  LwPreferences *self = g_object_new (LW_TYPE_PREFERENCES, "transient-for", parent, "modal", TRUE,
                                      "title", _ ("Preferences"), "search-enabled", FALSE,
                                      "default-width", 480, "default-height", 440, NULL);

  self->session = g_object_ref (session);
  lw_preferences_build (self);
  return GTK_WINDOW (self);
}
