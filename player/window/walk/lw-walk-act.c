/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-walk-act.h"

typedef struct {
  LwStore *store;
  LwId walk_id;
  LwWalkFunc func;
  gpointer data;
  GDestroyNotify data_free;
  LwWalkDone done;
} Acting;

static void
acting_free (gpointer data)
{
  Acting *acting = data;

  g_object_unref (acting->store);
  if (acting->data_free != NULL)
    acting->data_free (acting->data);
  g_free (acting);
}

static void
act (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Acting *acting = data;
  g_auto (LwWalking) walking = {0};
  GError *error = NULL;

  if (lw_walking_load (&walking, acting->store, &acting->walk_id, g_get_real_name (), &error) &&
      acting->func (&walking, acting->data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_acted (GObject *source, GAsyncResult *result, gpointer data)
{
  Acting *acting = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  g_task_propagate_boolean (G_TASK (result), &error);
  acting->done (GTK_WIDGET (source), error);
}

void
lw_walk_act (GtkWidget *widget,
             LwStore *store,
             const LwId *walk_id,
             LwWalkFunc func,
             gpointer data,
             GDestroyNotify data_free,
             LwWalkDone done)
{
  g_autoptr (GTask) task = g_task_new (widget, NULL, on_acted, NULL);
  Acting *acting = g_new0 (Acting, 1);

  *acting = (Acting){g_object_ref (store), *walk_id, func, data, data_free, done};
  g_task_set_task_data (task, acting, acting_free);
  g_task_run_in_thread (task, act);
}

GtkWidget *
lw_walk_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

GtkWidget *
lw_walk_heading (const char *text)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.0, "wrap", TRUE,
                                   "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING, NULL);

  gtk_widget_add_css_class (label, "heading");
  return label;
}

void
lw_walk_clear (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
}
