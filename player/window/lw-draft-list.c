/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-draft-list.h"

#include <glib/gi18n.h>

#include "lw-palette.h"
#include "lw-phrases.h"
#include "lw-widget.h"

/* Of more than these the list scrolls: the notes want the room. */
#define MAX_HEIGHT_PX 160

struct _LwDraftList {
  GtkBox parent;
  LwSession *session;
  GtkWidget *rows;
};

G_DEFINE_TYPE (LwDraftList, lw_draft_list, GTK_TYPE_BOX)

enum { SIGNAL_RESUMED, SIGNAL_FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
lw_draft_list_on_clicked (GtkButton *button, LwDraftList *self)
{
  LwId id = *(const LwId *)g_object_get_data (G_OBJECT (button), "note");
  g_autoptr (GError) error = NULL;

  if (lw_session_resume_draft (self->session, &id, &error))
    g_signal_emit (self, signals[SIGNAL_RESUMED], 0);
  else
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

static GtkWidget *
lw_draft_list_row (LwDraftList *self, const LwNote *draft)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *words = gtk_label_new (draft->text);
  g_autofree char *clock = lw_phrase_when (draft);
  /* Translators: %s is a moment of the lesson, like "4:07", or a range, like "4:07 – 4:19" */
  g_autofree char *when = g_strdup_printf (_ ("Draft at %s"), clock);
  /* Translators: a draft at a moment, its words, and what pressing it does */
  g_autofree char *label = g_strdup_printf (_ ("%s: %s. Go on writing"), when, draft->text);
  GtkWidget *moment = gtk_label_new (when);

  gtk_widget_add_css_class (moment, "numeric");
  gtk_label_set_ellipsize (GTK_LABEL (words), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (words), TRUE);
  gtk_label_set_xalign (GTK_LABEL (words), 0);
  gtk_widget_add_css_class (words, "dim-label");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("document-edit-symbolic"));
  gtk_box_append (GTK_BOX (box), moment);
  gtk_box_append (GTK_BOX (box), words);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "lw-draft");
  lw_widget_set_label (button, label);
  gtk_widget_set_tooltip_text (button, _ ("Go on writing"));
  g_object_set_data_full (G_OBJECT (button), "note", g_memdup2 (&draft->id, sizeof draft->id),
                          g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (lw_draft_list_on_clicked), self);
  return button;
}

static void
lw_draft_list_update (LwDraftList *self)
{
  g_autoptr (GPtrArray) drafts = lw_session_get_parked_drafts (self->session);
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->rows)) != NULL)
    gtk_box_remove (GTK_BOX (self->rows), row);
  for (guint i = 0; i < drafts->len; i++)
    gtk_box_append (GTK_BOX (self->rows), lw_draft_list_row (self, drafts->pdata[i]));
  gtk_widget_set_visible (GTK_WIDGET (self), drafts->len > 0);
}

static void
lw_draft_list_dispose (GObject *object)
{
  LwDraftList *self = LW_DRAFT_LIST (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (lw_draft_list_parent_class)->dispose (object);
}

static void
lw_draft_list_class_init (LwDraftListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_draft_list_dispose;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "lw-draft-list");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
  signals[SIGNAL_RESUMED] = g_signal_new ("resumed", LW_TYPE_DRAFT_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", LW_TYPE_DRAFT_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
lw_draft_list_init (LwDraftList *self)
{
  GtkWidget *scroll = gtk_scrolled_window_new ();

  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), self->rows);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroll), MAX_HEIGHT_PX);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroll), TRUE);
  gtk_widget_set_hexpand (scroll, TRUE);
  gtk_box_append (GTK_BOX (self), scroll);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Drafts"), -1);
}

GtkWidget *
lw_draft_list_new (LwSession *session)
{
  LwDraftList *self = g_object_new (LW_TYPE_DRAFT_LIST, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "notify::draft", G_CALLBACK (lw_draft_list_update), self);
  lw_draft_list_update (self);
  return GTK_WIDGET (self);
}
