/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-steps-section.h"

#include <glib/gi18n.h>

#include "lw-walk-act.h"
#include "lw-widget.h"
#include "lw-writing-dialog.h"

struct _LwStepsSection {
  GtkBox parent;
  LwStore *store;
  LwId walk_id;
  LwProtocol *protocol;
  gboolean may_plan;
  gboolean may_agree;
  GHashTable *may_follow; /* ids of steps as text: what became of them is hers to tell */
  char *shown;
  GtkWidget *levels;
};

G_DEFINE_TYPE (LwStepsSection, lw_steps_section, GTK_TYPE_BOX)

static guint failed_signal, changed_signal;

/* ---- changing them ---- */

static void
on_told (LwWritingDialog *dialog, LwStepsSection *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
present (LwStepsSection *self, GtkWindow *dialog)
{
  g_signal_connect_object (dialog, "told", G_CALLBACK (on_told), self, 0);
  gtk_window_present (dialog);
}

static void
act_add (GtkWidget *widget, const char *action, GVariant *target)
{
  LwStepsSection *self = LW_STEPS_SECTION (widget);
  g_autoptr (LwLevel) level = lw_levels_find (self->protocol, g_variant_get_string (target, NULL));
  GtkRoot *root = gtk_widget_get_root (widget);

  if (level != NULL && root != NULL)
    present (self,
             lw_writing_dialog_new_step (self->store, &self->walk_id, level, GTK_WINDOW (root)));
}

/* (transfer full) (nullable) */
static LwStep *
find_step (LwStepsSection *self, GVariant *target)
{
  LwEntityKind kind;
  gpointer item;
  LwId id;

  if (!lw_id_parse (g_variant_get_string (target, NULL), &id))
    return NULL;
  item = lw_store_get_item (self->store, &id, &kind, NULL);
  if (item != NULL && kind != LW_ENTITY_STEP) {
    lw_item_unref (kind, item);
    return NULL;
  }
  return item;
}

static void
act_follow_up (GtkWidget *widget, const char *action, GVariant *target)
{
  LwStepsSection *self = LW_STEPS_SECTION (widget);
  g_autoptr (LwStep) step = find_step (self, target);
  GtkRoot *root = gtk_widget_get_root (widget);

  if (step != NULL && root != NULL)
    present (self, lw_writing_dialog_new_follow_up (self->store, &self->walk_id, step,
                                                    GTK_WINDOW (root)));
}

static gboolean
agree (const LwWalking *walking, gpointer data, GError **error)
{
  LwBoardDraft draft = {.kind = LW_ENTITY_STEP};

  draft.fields.step = *(const LwStep *)data;
  return lw_walking_put (walking, &draft, TRUE, NULL, NULL, error);
}

static void
on_agreed (GtkWidget *widget, const GError *error)
{
  if (LW_STEPS_SECTION (widget)->store == NULL) /* closed meanwhile */
    return;
  if (error != NULL)
    g_signal_emit (widget, failed_signal, 0, error);
  g_signal_emit (widget, changed_signal, 0);
}

static void
act_agree (GtkWidget *widget, const char *action, GVariant *target)
{
  LwStepsSection *self = LW_STEPS_SECTION (widget);
  LwStep *step = find_step (self, target);

  if (step != NULL)
    lw_walk_act (widget, self->store, &self->walk_id, agree, step, (GDestroyNotify)lw_step_unref,
                 on_agreed);
}

/* ---- how they look ---- */

/* @about: tells it from the same button of another level or step, for who does not see it. */
static void
add_button (
    GtkWidget *box, const char *label, const char *about, const char *action, const char *target)
{
  GtkWidget *button = gtk_button_new_with_label (label);
  g_autofree char *name = g_strdup_printf ("%s %s", label, about);

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", target);
  gtk_box_append (GTK_BOX (box), button);
}

/* Who, until when, and whether the teacher has agreed. */
static char *
describe_step (LwStepsSection *self, const LwLevel *level, const LwStep *step)
{
  g_autoptr (LwPerson) person = lw_id_is_none (&step->owner_id)
                                    ? NULL
                                    : lw_store_get_person (self->store, &step->owner_id, NULL);
  const char *owner = person != NULL ? person->name : step->owner;
  GString *text = g_string_new (owner);

  if (*step->due != '\0') {
    g_string_append (text, text->len > 0 ? " · " : "");
    g_string_append_printf (text, _ ("until %s"), step->due);
  }
  if (level->is_agreed) {
    g_string_append (text, text->len > 0 ? " · " : "");
    g_string_append (text, lw_id_is_none (&step->agreed_by_id) ? _ ("Waits for the teacher’s word.")
                                                               : _ ("The teacher has agreed."));
  }
  return g_string_free (text, FALSE);
}

static void
add_step (LwStepsSection *self, GtkWidget *box, const LwLevel *level, const LwBoardStep *view)
{
  g_autofree char *head = describe_step (self, level, view->step);
  g_autofree char *id = lw_id_to_string (&view->step->item.id);

  gtk_box_append (GTK_BOX (box), lw_walk_label (view->step->text, NULL));
  if (*head != '\0')
    gtk_box_append (GTK_BOX (box), lw_walk_label (head, "caption"));
  for (guint i = 0; i < view->follow_ups->len; i++) {
    const LwFollowUp *follow_up = view->follow_ups->pdata[i];
    g_autofree char *words =
        g_strdup_printf ("%s · %s%s%s", follow_up->on, lw_follow_up_words (follow_up->state),
                         *follow_up->text != '\0' ? ": " : "", follow_up->text);

    gtk_box_append (GTK_BOX (box), lw_walk_label (words, "caption"));
  }
  if (self->may_agree && level->is_agreed && lw_id_is_none (&view->step->agreed_by_id))
    add_button (box, _ ("I agree to this step"), view->step->text, "steps.agree", id);
  if (g_hash_table_contains (self->may_follow, id))
    add_button (box, _ ("Tell what became of it…"), view->step->text, "steps.follow-up", id);
}

static void
add_level (LwStepsSection *self, const LwWalking *walking, const LwBoardLevel *view)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  const char *title = *view->level->title != '\0' ? view->level->title : _ ("Next steps");
  const char *lack = lw_board_level_get_lack (walking, view);

  gtk_box_append (GTK_BOX (box), lw_walk_heading (title));
  if (lack != NULL)
    gtk_box_append (GTK_BOX (box), lw_walk_label (lack, "lw-dim"));
  for (guint i = 0; i < view->steps->len; i++)
    add_step (self, box, view->level, view->steps->pdata[i]);
  if (self->may_plan)
    add_button (box, _ ("Write a next step…"), title, "steps.add", view->level->id);
  gtk_box_append (GTK_BOX (self->levels), box);
}

/* ---- all of it ---- */

static char *
describe (LwStepsSection *self, const LwBoardView *view)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%d%d", self->may_plan, self->may_agree);
  for (guint i = 0; i < view->levels->len; i++) {
    const LwBoardLevel *level = view->levels->pdata[i];

    g_string_append_printf (text, "\n# %s", level->level->title);
    for (guint k = 0; k < level->steps->len; k++) {
      const LwBoardStep *step = level->steps->pdata[k];
      g_autofree char *id = lw_id_to_string (&step->step->item.id);
      g_autofree char *head = describe_step (self, level->level, step->step);

      g_string_append_printf (text, "\n%s %s %s %u %d", id, step->step->text, head,
                              step->follow_ups->len, g_hash_table_contains (self->may_follow, id));
    }
  }
  return g_string_free (text, FALSE);
}

static void
find_may_follow (LwStepsSection *self, const LwStanding *standing, const LwBoardView *view)
{
  g_hash_table_remove_all (self->may_follow);
  for (guint i = 0; i < view->levels->len; i++) {
    const LwBoardLevel *level = view->levels->pdata[i];

    for (guint k = 0; k < level->steps->len; k++) {
      const LwStep *step = ((const LwBoardStep *)level->steps->pdata[k])->step;
      gboolean is_own = lw_id_equal (&step->owner_id, &standing->person_id);

      if (lw_standing_allows (standing, LW_ACT_FOLLOW_UP, is_own))
        g_hash_table_add (self->may_follow, lw_id_to_string (&step->item.id));
    }
  }
}

void
lw_steps_section_set_view (LwStepsSection *self, const LwWalking *walking, const LwBoardView *view)
{
  const LwStanding *standing = &walking->standing;
  g_autofree char *shown = NULL;

  g_return_if_fail (LW_IS_STEPS_SECTION (self));
  gtk_widget_set_visible (GTK_WIDGET (self), view != NULL);
  if (view == NULL)
    return;
  self->walk_id = standing->walk->id;
  g_clear_pointer (&self->protocol, lw_protocol_unref);
  self->protocol = lw_protocol_ref (standing->protocol);
  self->may_plan = lw_standing_allows (standing, LW_ACT_PLAN, FALSE);
  self->may_agree = lw_standing_allows (standing, LW_ACT_AGREE, FALSE);
  find_may_follow (self, standing, view);
  shown = describe (self, view);
  if (g_strcmp0 (shown, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&shown);
  lw_walk_clear (self->levels);
  for (guint i = 0; i < view->levels->len; i++)
    add_level (self, walking, view->levels->pdata[i]);
}

static void
lw_steps_section_dispose (GObject *object)
{
  LwStepsSection *self = LW_STEPS_SECTION (object);

  g_clear_pointer (&self->protocol, lw_protocol_unref);
  g_clear_pointer (&self->may_follow, g_hash_table_unref);
  g_clear_pointer (&self->shown, g_free);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (lw_steps_section_parent_class)->dispose (object);
}

static void
lw_steps_section_class_init (LwStepsSectionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lw_steps_section_dispose;
  failed_signal = g_signal_new ("failed", LW_TYPE_STEPS_SECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  changed_signal = g_signal_new ("changed", LW_TYPE_STEPS_SECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (widget_class, "steps.add", "s", act_add);
  gtk_widget_class_install_action (widget_class, "steps.follow-up", "s", act_follow_up);
  gtk_widget_class_install_action (widget_class, "steps.agree", "s", act_agree);
}

static void
lw_steps_section_init (LwStepsSection *self)
{
  self->may_follow = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  self->levels = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  gtk_box_append (GTK_BOX (self), self->levels);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
lw_steps_section_new (LwStore *store)
{
  LwStepsSection *self = g_object_new (LW_TYPE_STEPS_SECTION, NULL);

  self->store = g_object_ref (store);
  return GTK_WIDGET (self);
}
