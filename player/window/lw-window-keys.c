/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys. All are asked *after* the widget that has the focus: what it takes as text never gets
 * here. Letters are refused while someone types all the same, should a widget let one through. */
#include "lw-window-private.h"

typedef struct {
  const char *trigger; /* several: with "|" between them */
  const char *action;
  const char *target; /* GVariant text; NULL: none */
} LwKey;

/* Without Ctrl or Alt, these mean letters and moves of the cursor while someone types. */
static const LwKey bare_keys[] = {
    {"n", "win.noticing", NULL},
    {"w", "win.wondering", NULL},
    {"i", "win.mark-in", NULL},
    {"o", "win.mark-out", NULL},
    {"x", "win.clear-marks", NULL},
    {"l", "win.loop", NULL},
    {"space|k", "win.play", NULL},
    {"comma", "win.step-back", NULL},
    {"period", "win.step-forward", NULL},
    {"Left", "win.seek-by", "-5"},
    {"Right", "win.seek-by", "5"},
    {"<Shift>Left", "win.seek-by", "-1"},
    {"<Shift>Right", "win.seek-by", "1"},
    {"Page_Up", "win.seek-by", "-60"},
    {"Page_Down", "win.seek-by", "60"},
    {"Home", "win.seek-start", NULL},
    {"End", "win.seek-end", NULL},
    {"<Ctrl>Left", "win.note-by", "-1"},
    {"<Ctrl>Right", "win.note-by", "1"},
    {"bracketleft|<Shift>less", "win.speed-by", "-0.25"},
    {"bracketright|<Shift>greater", "win.speed-by", "0.25"},
    {"BackSpace", "win.speed", "1.0"},
    {"m", "win.mute", NULL},
    {"c", "win.next-captions", NULL},
    {"f", "win.fullscreen", NULL},
    {"p", "win.picture", NULL},
    {"slash", "win.search", NULL},
};

/* These are for any time; but for Escape, also while a menu is open. */
static const LwKey keys[] = {
    {"<Ctrl>Up", "win.volume-by", "0.1"},
    {"<Ctrl>Down", "win.volume-by", "-0.1"},
    {"<Ctrl>plus|<Ctrl>equal|<Ctrl>KP_Add", "win.zoom", "1.5"},
    {"<Ctrl>minus|<Ctrl>KP_Subtract", "win.zoom", "0.6667"},
    {"<Ctrl>0", "win.zoom", "0.0"},
    {"<Ctrl>z", "win.undo", NULL},
    {"<Ctrl><Shift>z|<Ctrl>y", "win.redo", NULL},
    {"<Ctrl>f", "win.search", NULL},
    {"<Ctrl>o", "win.open", NULL},
    {"<Ctrl>e", "win.export", NULL},
    {"<Ctrl>comma", "win.preferences", NULL},
    {"<Ctrl>w", "window.close", NULL},
    {"<Alt>Up", "win.close-lesson", NULL},
    {"F9", "win.show-notes", NULL},
    {"F11", "win.fullscreen", NULL},
    {"F1|<Ctrl>question", "win.show-help-overlay", NULL},
};

static const LwKey escape = {"Escape", "win.escape", NULL};

gboolean
lw_window_is_typing (LwWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  return focus != NULL &&
         (GTK_IS_EDITABLE (focus) ||
          (GTK_IS_TEXT_VIEW (focus) && gtk_text_view_get_editable (GTK_TEXT_VIEW (focus))));
}

/* A menu that is open has keys of its own. */
static GtkWidget *
lw_window_get_popover (LwWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  return focus == NULL ? NULL : gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER);
}

static gboolean
lw_window_on_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  const LwKey *key = data;

  /* A refused action (no lesson is open) leaves the key to others. */
  if (!gtk_widget_activate_action_variant (
          widget, key->action, key->target == NULL ? NULL : g_variant_new_parsed (key->target)))
    return FALSE;
  lw_window_reveal_controls (LW_WINDOW (widget)); /* what the key has changed: she must see it */
  return TRUE;
}

static gboolean
lw_window_on_bare_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  LwWindow *self = LW_WINDOW (widget);

  if (lw_window_is_typing (self) || lw_window_get_popover (self) != NULL)
    return FALSE;
  return lw_window_on_key (widget, args, data);
}

static gboolean
lw_window_on_key_in_popover (GtkWidget *popover, GVariant *args, gpointer data)
{
  GtkRoot *window = gtk_widget_get_root (popover);

  /* First: what it hangs on may move or go by what is asked for. */
  gtk_popover_popdown (GTK_POPOVER (popover));
  return lw_window_on_key (GTK_WIDGET (window), args, data);
}

static void
lw_window_add_keys (GtkWidget *widget, const LwKey *list, guint n, GtkShortcutFunc function)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_BUBBLE);
  for (guint i = 0; i < n; i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (list[i].trigger),
                          gtk_callback_action_new (function, (gpointer)&list[i], NULL)));
  gtk_widget_add_controller (widget, controller);
}

/* While a popover is open, keys end there. Popovers come and go with their menus: each gets the
 * keys when it first has the focus. */
static void
lw_window_on_focus (LwWindow *self)
{
  static const char done[] = "lw-keys";
  GtkWidget *popover = lw_window_get_popover (self);

  if (popover == NULL || g_object_get_data (G_OBJECT (popover), done) != NULL)
    return;
  g_object_set_data (G_OBJECT (popover), done, self);
  lw_window_add_keys (popover, keys, G_N_ELEMENTS (keys), lw_window_on_key_in_popover);
}

void
lw_window_init_keys (LwWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  lw_window_add_keys (widget, bare_keys, G_N_ELEMENTS (bare_keys), lw_window_on_bare_key);
  lw_window_add_keys (widget, keys, G_N_ELEMENTS (keys), lw_window_on_key);
  lw_window_add_keys (widget, &escape, 1, lw_window_on_key);
  g_signal_connect (self, "notify::focus-widget", G_CALLBACK (lw_window_on_focus), NULL);
}
