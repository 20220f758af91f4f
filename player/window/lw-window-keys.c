/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys. All are asked *after* the widget that has the focus: what it takes as text never gets
 * here. Letters are refused while someone types all the same, should a widget let one through. */
#include "lw-window-private.h"

typedef struct {
  const char *trigger;
  const char *action;
  const char *target; /* GVariant text; NULL: none */
  gboolean bare;      /* no Ctrl or Alt: must not act while someone types */
} LwKey;

static const LwKey keys[] = {
    {"n", "win.noticing", NULL, TRUE},
    {"w", "win.wondering", NULL, TRUE},
    {"i", "win.mark-in", NULL, TRUE},
    {"o", "win.mark-out", NULL, TRUE},
    {"x", "win.clear-marks", NULL, TRUE},
    {"l", "win.loop", NULL, TRUE},
    {"space", "win.play", NULL, TRUE},
    {"k", "win.play", NULL, TRUE},
    {"comma", "win.step-back", NULL, TRUE},
    {"period", "win.step-forward", NULL, TRUE},
    {"Left", "win.seek-by", "-5", TRUE},
    {"Right", "win.seek-by", "5", TRUE},
    {"<Shift>Left", "win.seek-by", "-1", TRUE},
    {"<Shift>Right", "win.seek-by", "1", TRUE},
    {"Page_Up", "win.seek-by", "-60", TRUE},
    {"Page_Down", "win.seek-by", "60", TRUE},
    {"Home", "win.seek-start", NULL, TRUE},
    {"End", "win.seek-end", NULL, TRUE},
    {"<Ctrl>Left", "win.note-by", "-1", TRUE},
    {"<Ctrl>Right", "win.note-by", "1", TRUE},
    {"bracketleft", "win.speed-by", "-0.25", TRUE},
    {"bracketright", "win.speed-by", "0.25", TRUE},
    {"<Shift>less", "win.speed-by", "-0.25", TRUE},
    {"<Shift>greater", "win.speed-by", "0.25", TRUE},
    {"BackSpace", "win.speed", "1.0", TRUE},
    {"m", "win.mute", NULL, TRUE},
    {"c", "win.next-captions", NULL, TRUE},
    {"f", "win.fullscreen", NULL, TRUE},
    {"p", "win.picture", NULL, TRUE},
    {"slash", "win.search", NULL, TRUE},
    {"<Ctrl>Up", "win.volume-by", "0.1", FALSE},
    {"<Ctrl>Down", "win.volume-by", "-0.1", FALSE},
    {"<Ctrl>plus", "win.zoom", "1.5", FALSE},
    {"<Ctrl>equal", "win.zoom", "1.5", FALSE},
    {"<Ctrl>KP_Add", "win.zoom", "1.5", FALSE},
    {"<Ctrl>minus", "win.zoom", "0.6667", FALSE},
    {"<Ctrl>KP_Subtract", "win.zoom", "0.6667", FALSE},
    {"<Ctrl>0", "win.zoom", "0.0", FALSE},
    {"<Ctrl>z", "win.undo", NULL, FALSE},
    {"<Ctrl><Shift>z", "win.redo", NULL, FALSE},
    {"<Ctrl>y", "win.redo", NULL, FALSE},
    {"<Ctrl>f", "win.search", NULL, FALSE},
    {"<Ctrl>o", "win.open", NULL, FALSE},
    {"<Ctrl>e", "win.export", NULL, FALSE},
    {"<Ctrl>comma", "win.preferences", NULL, FALSE},
    {"<Ctrl>w", "window.close", NULL, FALSE},
    {"<Alt>Up", "win.close-lesson", NULL, FALSE},
    {"F9", "win.show-notes", NULL, FALSE},
    {"F11", "win.fullscreen", NULL, FALSE},
    {"F1", "win.show-help-overlay", NULL, FALSE},
    {"Escape", "win.escape", NULL, FALSE},
};

gboolean
lw_window_is_typing (LwWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  return focus != NULL &&
         (GTK_IS_EDITABLE (focus) ||
          (GTK_IS_TEXT_VIEW (focus) && gtk_text_view_get_editable (GTK_TEXT_VIEW (focus))));
}

/* A menu that is open has keys of its own. */
static gboolean
lw_window_is_in_popover (LwWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  return focus != NULL && gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL;
}

static gboolean
lw_window_on_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  const LwKey *key = data;
  LwWindow *self = LW_WINDOW (widget);

  if (key->bare && (lw_window_is_typing (self) || lw_window_is_in_popover (self)))
    return FALSE;
  /* A refused action (no lesson is open) leaves the key to others. */
  return gtk_widget_activate_action_variant (
      widget, key->action, key->target == NULL ? NULL : g_variant_new_parsed (key->target));
}

void
lw_window_init_keys (LwWindow *self)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_BUBBLE);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[i].trigger),
                          gtk_callback_action_new (lw_window_on_key, (gpointer)&keys[i], NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}
