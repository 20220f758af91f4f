/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-now-section.h"

#include <glib/gi18n.h>

#include "lw-walk-act.h"

/* A way on: a button, and what comes first. */
typedef struct {
  GtkWidget *button;
  GtkWidget *obstacle;
} Way;

struct _LwNowSection {
  GtkBox parent;
  LwStore *store;
  LwId walk_id;
  GtkWidget *course; /* a label: all phases, the open one marked */
  GtkWidget *place;
  GtkWidget *hint;
  GtkWidget *to_do;
  GtkWidget *norms; /* an expander */
  GtkWidget *norm_list;
  char *norms_shown;
  Way ways[LW_WAYS_MAX];
  GtkWidget *away; /* a label: where what is changed goes */
};

G_DEFINE_TYPE (LwNowSection, lw_now_section, GTK_TYPE_BOX)

static guint failed_signal, changed_signal;

/* ---- going on ---- */

typedef struct {
  char *phase, *step; /* where the walk stood when it was pressed */
  guint index;
} Going;

static void
going_free (gpointer data)
{
  Going *going = data;

  g_free (going->phase);
  g_free (going->step);
  g_free (going);
}

static gboolean
go (const LwWalking *walking, gpointer data, GError **error)
{
  const Going *going = data;
  const LwAccess *now = &walking->standing.access;
  LwWay ways[LW_WAYS_MAX];
  guint n = lw_standing_list_ways (&walking->standing, ways);

  if (going->index >= n || !g_str_equal (now->phase->id, going->phase) ||
      g_strcmp0 (now->step != NULL ? now->step->id : "", going->step) != 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         _ ("Somebody else has moved this walk on meanwhile. Look where it stands, "
                            "then go on."));
    return FALSE;
  }
  return lw_walking_go (walking, &ways[going->index], NULL, error);
}

static void
on_gone (GtkWidget *widget, const GError *error)
{
  LwNowSection *self = LW_NOW_SECTION (widget);

  if (self->store == NULL) /* closed meanwhile */
    return;
  for (guint i = 0; i < LW_WAYS_MAX; i++)
    gtk_widget_set_sensitive (self->ways[i].button, TRUE);
  if (error != NULL)
    g_signal_emit (self, failed_signal, 0, error);
  g_signal_emit (self, changed_signal, 0);
}

static void
on_way (GtkButton *button, LwNowSection *self)
{
  Going *going = g_new0 (Going, 1);

  going->phase = g_strdup (g_object_get_data (G_OBJECT (self), "lw-phase"));
  going->step = g_strdup (g_object_get_data (G_OBJECT (self), "lw-step"));
  for (guint i = 0; i < LW_WAYS_MAX; i++) {
    if (self->ways[i].button == GTK_WIDGET (button))
      going->index = i;
    gtk_widget_set_sensitive (self->ways[i].button, FALSE);
  }
  lw_walk_act (GTK_WIDGET (self), self->store, &self->walk_id, go, going, going_free, on_gone);
}

/* ---- how it looks ---- */

static void
set_text (GtkWidget *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, *text != '\0');
}

static void
show_course (LwNowSection *self, const LwStanding *standing)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < lw_protocol_get_n_phases (standing->protocol); i++) {
    const LwPhase *phase = lw_protocol_get_phase (standing->protocol, i);

    g_string_append_printf (text, phase == standing->access.phase ? "%s[%s]" : "%s%s",
                            text->len > 0 ? " › " : "", phase->title);
  }
  set_text (self->course, text->str);
}

/* "Debrief: What students did (12 minutes)" */
static char *
describe_place (const LwStanding *standing)
{
  const LwAccess *now = &standing->access;
  guint minutes = now->step != NULL ? now->step->minutes : now->phase->minutes;
  GString *text = g_string_new (now->phase->title);

  if (now->step != NULL)
    g_string_append_printf (text, ": %s", now->step->title);
  if (minutes > 0) {
    g_string_append_c (text, ' ');
    g_string_append_printf (text, ngettext ("(%u minute)", "(%u minutes)", minutes), minutes);
  }
  if (standing->walk->round > 0) {
    g_string_append (text, " · ");
    g_string_append_printf (text, _ ("Round %u"), standing->walk->round + 1);
  }
  return g_string_free (text, FALSE);
}

static void
show_norms (LwNowSection *self, const LwWalking *walking)
{
  g_auto (GStrv) norms = lw_walking_list_norms (walking);
  g_autofree char *all = g_strjoinv ("\n", norms);

  gtk_widget_set_visible (self->norms, *norms != NULL);
  if (g_strcmp0 (all, self->norms_shown) == 0)
    return;
  g_free (self->norms_shown);
  self->norms_shown = g_steal_pointer (&all);
  lw_walk_clear (self->norm_list);
  for (guint i = 0; norms[i] != NULL; i++)
    gtk_box_append (GTK_BOX (self->norm_list), lw_walk_label (norms[i], NULL));
}

static void
show_ways (LwNowSection *self, const LwStanding *standing)
{
  gboolean may = lw_standing_allows (standing, LW_ACT_LEAD, FALSE);
  LwWay ways[LW_WAYS_MAX];
  guint n = may ? lw_standing_list_ways (standing, ways) : 0;

  for (guint i = 0; i < LW_WAYS_MAX; i++) {
    g_autofree char *label = NULL;
    g_autofree char *obstacle = NULL;
    const char *code, *title;

    gtk_widget_set_visible (self->ways[i].button, i < n);
    if (i >= n) {
      set_text (self->ways[i].obstacle, "");
      continue;
    }
    title = ways[i].step != NULL && ways[i].phase == standing->access.phase ? ways[i].step->title
                                                                            : ways[i].phase->title;
    label = g_strdup_printf (ways[i].next_round ? _ ("Begin another round: %s") : _ ("Open: %s"),
                             title);
    obstacle = lw_standing_find_obstacle (standing, &ways[i], &code, NULL);
    gtk_label_set_text (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->ways[i].button))),
                        label);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->ways[i].button),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
    set_text (self->ways[i].obstacle, obstacle != NULL ? obstacle : "");
  }
}

void
lw_now_section_set_walking (LwNowSection *self, const LwWalking *walking)
{
  const LwStanding *standing = &walking->standing;
  const LwAccess *now = &standing->access;
  LwBefore missing = lw_access_get_missing (now);
  g_autofree char *place = describe_place (standing);
  g_autofree char *to_do = missing != 0 ? lw_before_to_sentence (missing) : NULL;
  g_autofree char *away =
      walking->joined != NULL
          ? g_strdup_printf (_ ("This walk is in the room at %s. Its phases, board and next steps "
                                "are changed there; notes and forms are kept here and sent."),
                             walking->joined->url)
          : g_strdup (_ ("This walk is kept on this computer alone."));

  g_return_if_fail (LW_IS_NOW_SECTION (self));
  self->walk_id = standing->walk->id;
  g_object_set_data_full (G_OBJECT (self), "lw-phase", g_strdup (now->phase->id), g_free);
  g_object_set_data_full (G_OBJECT (self), "lw-step",
                          g_strdup (now->step != NULL ? now->step->id : ""), g_free);
  show_course (self, standing);
  set_text (self->place, place);
  set_text (self->hint, now->step != NULL ? now->step->hint : now->phase->hint);
  set_text (self->to_do, to_do != NULL ? to_do : "");
  set_text (self->away, away);
  show_norms (self, walking);
  show_ways (self, standing);
}

static void
lw_now_section_dispose (GObject *object)
{
  LwNowSection *self = LW_NOW_SECTION (object);

  g_clear_pointer (&self->norms_shown, g_free);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (lw_now_section_parent_class)->dispose (object);
}

static void
lw_now_section_class_init (LwNowSectionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_now_section_dispose;
  failed_signal = g_signal_new ("failed", LW_TYPE_NOW_SECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  changed_signal = g_signal_new ("changed", LW_TYPE_NOW_SECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
lw_now_section_init (LwNowSection *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  self->place = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS,
                              "xalign", 0.0, "wrap", TRUE, NULL);
  gtk_widget_add_css_class (self->place, "title-4");
  self->course = lw_walk_label ("", "caption");
  self->hint = lw_walk_label ("", NULL);
  self->to_do = lw_walk_label ("", "heading");
  self->norms = gtk_expander_new (_ ("What was agreed on"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->norms), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("What was agreed on"), -1);
  self->norm_list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_expander_set_child (GTK_EXPANDER (self->norms), self->norm_list);
  self->away = lw_walk_label ("", "caption");
  gtk_box_append (GTK_BOX (self), self->place);
  gtk_box_append (GTK_BOX (self), self->course);
  gtk_box_append (GTK_BOX (self), self->hint);
  gtk_box_append (GTK_BOX (self), self->to_do);
  gtk_box_append (GTK_BOX (self), self->norms);
  for (guint i = 0; i < LW_WAYS_MAX; i++) {
    Way *way = &self->ways[i];
    GtkWidget *label = lw_walk_label ("", NULL);

    way->button = gtk_button_new ();
    gtk_button_set_child (GTK_BUTTON (way->button), label);
    gtk_widget_set_halign (way->button, GTK_ALIGN_START);
    way->obstacle = lw_walk_label ("", "lw-dim");
    g_signal_connect (way->button, "clicked", G_CALLBACK (on_way), self);
    gtk_box_append (GTK_BOX (self), way->button);
    gtk_box_append (GTK_BOX (self), way->obstacle);
  }
  gtk_box_append (GTK_BOX (self), self->away);
}

GtkWidget *
lw_now_section_new (LwStore *store)
{
  LwNowSection *self = g_object_new (LW_TYPE_NOW_SECTION, NULL);

  self->store = g_object_ref (store);
  return GTK_WIDGET (self);
}
