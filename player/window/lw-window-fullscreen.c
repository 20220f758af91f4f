/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Full screen: the controls lie over the picture and go away when nobody points. */
#include "lw-transport.h"
#include "lw-window-private.h"

#define LW_HIDE_AFTER_MS 2500

static gboolean
lw_window_controls_are_needed (LwWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  LwEngineState state = lw_engine_get_state (self->engine);

  /* Nothing plays, and it is not she who halted it: a note is written, or playback failed. */
  if (state != LW_ENGINE_PLAYING &&
      (state != LW_ENGINE_PAUSED || lw_session_get_draft (self->session) != NULL))
    return TRUE;
  if ((gtk_widget_get_state_flags (self->controls) & GTK_STATE_FLAG_PRELIGHT) != 0)
    return TRUE; /* she points at them */
  /* With the keyboard in the controls they must stay in sight; an open menu hangs on them. */
  return focus != NULL && focus != self->timeline &&
         (focus == self->controls || gtk_widget_is_ancestor (focus, self->controls));
}

static gboolean
lw_window_hide_controls (gpointer data)
{
  LwWindow *self = data;

  if (lw_window_controls_are_needed (self))
    return G_SOURCE_CONTINUE;
  self->hide_id = 0;
  /* The timeline that goes must not hand the keyboard to the next button. */
  if (gtk_window_get_focus (GTK_WINDOW (self)) == self->timeline)
    gtk_widget_grab_focus (self->video);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->controls_revealer), FALSE);
  gtk_widget_set_cursor_from_name (self->video, "none");
  return G_SOURCE_REMOVE;
}

void
lw_window_reveal_controls (LwWindow *self)
{
  g_clear_handle_id (&self->hide_id, g_source_remove);
  if (!gtk_window_is_fullscreen (GTK_WINDOW (self)))
    return;
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->controls_revealer), TRUE);
  gtk_widget_set_cursor (self->video, NULL);
  self->hide_id = g_timeout_add (LW_HIDE_AFTER_MS, lw_window_hide_controls, self);
}

static void
lw_window_on_motion (GtkEventControllerMotion *motion, double x, double y, LwWindow *self)
{
  /* GTK repeats the last motion when widgets move under a resting pointer. */
  if (ABS (x - self->pointer_x) < 1 && ABS (y - self->pointer_y) < 1)
    return;
  self->pointer_x = x;
  self->pointer_y = y;
  lw_window_reveal_controls (self);
}

static gboolean
lw_window_on_any_key (
    GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, LwWindow *self)
{
  if (key == GDK_KEY_Tab || key == GDK_KEY_ISO_Left_Tab)
    lw_window_reveal_controls (self);
  return GDK_EVENT_PROPAGATE;
}

static void
lw_window_on_fullscreened (LwWindow *self)
{
  gboolean fullscreen = gtk_window_is_fullscreen (GTK_WINDOW (self));
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  gboolean inside = focus == NULL || focus == self->video ||
                    gtk_widget_is_ancestor (focus, self->controls) ||
                    gtk_widget_is_ancestor (focus, self->header);

  g_object_ref (self->controls);
  if (fullscreen && gtk_widget_get_parent (self->controls) == self->content) {
    gtk_box_remove (GTK_BOX (self->content), self->controls);
    gtk_revealer_set_child (GTK_REVEALER (self->controls_revealer), self->controls);
    gtk_widget_add_css_class (self->controls, "floating");
  } else if (!fullscreen && gtk_widget_get_parent (self->controls) != self->content) {
    gtk_revealer_set_child (GTK_REVEALER (self->controls_revealer), NULL);
    gtk_box_append (GTK_BOX (self->content), self->controls);
    gtk_widget_remove_css_class (self->controls, "floating");
    gtk_widget_set_cursor (self->video, NULL);
  }
  g_object_unref (self->controls);
  gtk_widget_set_focusable (self->video, fullscreen);
  gtk_widget_set_visible (self->controls_revealer, fullscreen);
  gtk_widget_set_visible (self->header, !fullscreen);
  lw_transport_set_fullscreen (LW_TRANSPORT (self->transport), fullscreen);
  /* What moves or hides loses the keyboard, and GTK gives it to the next button: Space would press
   * that. It belongs to the lesson. */
  if (inside && gtk_widget_get_mapped (self->split))
    gtk_widget_grab_focus (self->timeline);
  lw_window_reveal_controls (self);
}

void
lw_window_init_fullscreen (LwWindow *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (motion, GTK_PHASE_CAPTURE);
  g_signal_connect (motion, "motion", G_CALLBACK (lw_window_on_motion), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (lw_window_on_any_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (self, "notify::fullscreened", G_CALLBACK (lw_window_on_fullscreened), NULL);
}

void
lw_window_stop_fullscreen (LwWindow *self)
{
  g_clear_handle_id (&self->hide_id, g_source_remove);
}
