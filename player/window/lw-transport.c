/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-transport.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "lw-phrases.h"
#include "lw-pin-buttons.h"
#include "lw-widget.h"

struct _LwTransport {
  GtkWidget parent;
  LwEngine *engine;
  GtkWidget *left;  /* moving about, and the clock */
  GtkWidget *pins;  /* between them, or in a row of their own where that is too narrow */
  GtkWidget *right; /* how it is played */
  GtkWidget *play;
  GtkWidget *clock; /* where playback is */
  GtkWidget *whole; /* how long the lesson is; gives way where there is no room */
  GtkWidget *speed;
  GtkWidget *loop;
  GtkWidget *sound;
  GtkWidget *volume; /* a scale */
  GtkWidget *mute;
  GtkWidget *captions;
  GtkWidget *fullscreen;
  gboolean muted;
  gboolean setting; /* the volume is being set by us, not by her */
  LwTime shown_second;
  LwTime shown_duration;
};

/* "volume" (double, gboolean): she changed it. */
G_DEFINE_TYPE (LwTransport, lw_transport, GTK_TYPE_WIDGET)

static const double speeds[] = {0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0};

char *
lw_rate_to_text (double rate)
{
  g_autofree char *number = g_strdup_printf ("%.2f", rate);
  char *end = number + strlen (number);

  /* "1.50" reads as "1.5", "2.00" as "2". */
  while (end > number && end[-1] == '0')
    *--end = '\0';
  if (end > number && !g_ascii_isdigit (end[-1])) {
    char *mark = g_utf8_find_prev_char (number, end);

    *mark = '\0';
  }
  return lw_phrase_isolate (g_strdup_printf ("%s×", number));
}

/* ---- following the engine ---- */

static void
lw_transport_on_state (LwEngine *engine, int state, LwTransport *self)
{
  gboolean playing = lw_engine_get_state (engine) == LW_ENGINE_PLAYING;
  const char *label = playing ? _ ("Pause") : _ ("Play");

  gtk_button_set_icon_name (GTK_BUTTON (self->play), playing ? "media-playback-pause-symbolic"
                                                             : "media-playback-start-symbolic");
  lw_widget_set_label (self->play, label);
}

static void
lw_transport_on_rate (LwEngine *engine, double rate, LwTransport *self)
{
  g_autofree char *text = lw_rate_to_text (lw_engine_get_rate (engine));
  /* Translators: %s is like "1.5×" */
  g_autofree char *label = g_strdup_printf (_ ("Speed: %s"), text);

  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->speed), text);
  lw_widget_set_label (self->speed, label);
}

static GMenu *
lw_transport_track_menu (LwTransport *self, LwEngineTrackKind kind, const char *action)
{
  GMenu *menu = g_menu_new ();
  guint n = lw_engine_get_n_tracks (self->engine, kind);

  for (guint i = 0; i < n; i++) {
    g_autofree char *name = lw_engine_get_track_name (self->engine, kind, i);
    g_autoptr (GMenuItem) item = g_menu_item_new (name, NULL);

    g_menu_item_set_action_and_target (item, action, "i", (int)i);
    g_menu_append_item (menu, item);
  }
  return menu;
}

static void
lw_transport_on_media_info (LwEngine *engine, LwTransport *self)
{
  g_autoptr (GMenu) captions = lw_transport_track_menu (self, LW_ENGINE_CAPTIONS, "win.captions");
  g_autoptr (GMenu) audio = lw_transport_track_menu (self, LW_ENGINE_AUDIO, "win.audio-track");
  g_autoptr (GMenu) whole = g_menu_new ();
  g_autoptr (GMenu) load = g_menu_new ();
  g_autoptr (GMenuItem) none = g_menu_item_new (_ ("No captions"), NULL);

  g_menu_item_set_action_and_target (none, "win.captions", "i", -1);
  g_menu_prepend_item (captions, none);
  g_menu_append (load, _ ("Add a caption file…"), "win.load-captions");
  g_menu_append_section (whole, NULL, G_MENU_MODEL (captions));
  g_menu_append_section (whole, NULL, G_MENU_MODEL (load));
  if (lw_engine_get_n_tracks (engine, LW_ENGINE_AUDIO) > 1)
    g_menu_append_section (whole, _ ("Sound track"), G_MENU_MODEL (audio));
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->captions), G_MENU_MODEL (whole));
  self->shown_second = -2;
  lw_transport_set_position (self, lw_engine_get_position (engine));
}

/* ---- sound ---- */

static void
lw_transport_show_volume (LwTransport *self)
{
  double volume = gtk_range_get_value (GTK_RANGE (self->volume));
  const char *icon = self->muted || volume <= 0 ? "audio-volume-muted-symbolic"
                     : volume < 0.34            ? "audio-volume-low-symbolic"
                     : volume < 0.67            ? "audio-volume-medium-symbolic"
                                                : "audio-volume-high-symbolic";

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->sound), icon);
  gtk_button_set_icon_name (GTK_BUTTON (self->mute), icon);
}

static void
lw_transport_on_volume (GtkRange *range, LwTransport *self)
{
  if (self->setting)
    return;
  if (gtk_range_get_value (range) > 0)
    self->muted = FALSE;
  lw_transport_set_volume (self, gtk_range_get_value (range), self->muted);
  g_signal_emit_by_name (self, "volume", gtk_range_get_value (range), self->muted);
}

void
lw_transport_set_volume (LwTransport *self, double volume, gboolean muted)
{
  g_return_if_fail (LW_IS_TRANSPORT (self));
  self->setting = TRUE;
  self->muted = muted;
  gtk_range_set_value (GTK_RANGE (self->volume), CLAMP (volume, 0, 1));
  self->setting = FALSE;
  lw_engine_set_volume (self->engine, CLAMP (volume, 0, 1));
  lw_engine_set_muted (self->engine, muted);
  lw_transport_show_volume (self);
}

double
lw_transport_get_volume (LwTransport *self)
{
  g_return_val_if_fail (LW_IS_TRANSPORT (self), 1);
  return gtk_range_get_value (GTK_RANGE (self->volume));
}

gboolean
lw_transport_get_muted (LwTransport *self)
{
  g_return_val_if_fail (LW_IS_TRANSPORT (self), FALSE);
  return self->muted;
}

/* ---- building ---- */

static GtkWidget *
lw_transport_button (const char *icon, const char *label, const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  lw_widget_set_label (button, label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

static GtkWidget *
lw_transport_make_speed (void)
{
  GtkWidget *button = gtk_menu_button_new ();
  g_autoptr (GMenu) menu = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (speeds); i++) {
    g_autofree char *text = lw_rate_to_text (speeds[i]);
    g_autoptr (GMenuItem) item = g_menu_item_new (text, NULL);

    g_menu_item_set_action_and_target (item, "win.speed", "d", speeds[i]);
    g_menu_append_item (menu, item);
  }
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_menu_button_set_direction (GTK_MENU_BUTTON (button), GTK_ARROW_UP);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "numeric");
  return button;
}

static void
lw_transport_make_sound (LwTransport *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *popover = gtk_popover_new ();

  self->mute =
      lw_transport_button ("audio-volume-high-symbolic", _ ("Sound off or on"), "win.mute");
  self->volume = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, 0.05);
  gtk_scale_set_draw_value (GTK_SCALE (self->volume), FALSE);
  gtk_widget_set_size_request (self->volume, 160, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->volume), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Volume"), -1);
  g_signal_connect (self->volume, "value-changed", G_CALLBACK (lw_transport_on_volume), self);
  gtk_box_append (GTK_BOX (box), self->mute);
  gtk_box_append (GTK_BOX (box), self->volume);
  gtk_popover_set_child (GTK_POPOVER (popover), box);

  self->sound = gtk_menu_button_new ();
  gtk_widget_add_css_class (self->sound, "flat");
  gtk_menu_button_set_direction (GTK_MENU_BUTTON (self->sound), GTK_ARROW_UP);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->sound), popover);
  lw_widget_set_label (self->sound, _ ("Sound"));
}

/* ---- layout ---- */

#define LW_TRANSPORT_GAP 8

/* How wide the pins are between the others; 0: they have a row of their own. */
static int
lw_transport_pins_width (LwTransport *self, int width)
{
  int natural = 0;
  int minimum = lw_widget_minimum (self->pins, GTK_ORIENTATION_HORIZONTAL, -1, &natural);
  int room = width - lw_widget_minimum (self->left, GTK_ORIENTATION_HORIZONTAL, -1, NULL) -
             lw_widget_minimum (self->right, GTK_ORIENTATION_HORIZONTAL, -1, NULL) -
             2 * LW_TRANSPORT_GAP;

  return room < minimum ? 0 : MIN (room, natural);
}

/* Larger text: each part has a row of its own. */
static gboolean
lw_transport_is_narrow (LwTransport *self, int width)
{
  return width >= 0 &&
         width < lw_widget_minimum (self->left, GTK_ORIENTATION_HORIZONTAL, -1, NULL) +
                     lw_widget_minimum (self->right, GTK_ORIENTATION_HORIZONTAL, -1, NULL);
}

static void
lw_transport_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  LwTransport *self = LW_TRANSPORT (widget);
  GtkWidget *parts[] = {self->left, self->pins, self->right};
  int least[3], most[3];

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    least[i] = lw_widget_minimum (parts[i], orientation, -1, &most[i]);
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = MAX (least[1], MAX (least[0], least[2]));
    *natural = most[0] + most[1] + most[2] + 2 * LW_TRANSPORT_GAP;
    return;
  }
  *minimum = MAX (least[0], least[2]);
  if (lw_transport_is_narrow (self, for_size))
    *minimum = least[0] + least[2];
  if (for_size < 0 || lw_transport_pins_width (self, for_size) > 0)
    *minimum = MAX (*minimum, least[1]);
  else
    *minimum += least[1] + LW_TRANSPORT_GAP / 2;
  *natural = *minimum;
}

static void
lw_transport_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  LwTransport *self = LW_TRANSPORT (widget);
  int right = lw_widget_minimum (self->right, GTK_ORIENTATION_HORIZONTAL, -1, NULL);
  int pins = lw_transport_pins_width (self, width);
  int row = height, left;

  if (pins == 0) {
    int pins_height = lw_widget_minimum (self->pins, GTK_ORIENTATION_VERTICAL, -1, NULL);

    row = MAX (0, height - pins_height - LW_TRANSPORT_GAP / 2);
    lw_widget_place (self->pins, 0, height - pins_height, width, pins_height);
  }
  if (lw_transport_is_narrow (self, width)) {
    int second = lw_widget_minimum (self->right, GTK_ORIENTATION_VERTICAL, -1, NULL);

    lw_widget_place (self->left, 0, 0, width, row - second);
    lw_widget_place (self->right, 0, row - second, width, second);
    return;
  }
  lw_widget_minimum (self->left, GTK_ORIENTATION_HORIZONTAL, -1, &left);
  left = MIN (left, width - right - (pins > 0 ? pins + 2 * LW_TRANSPORT_GAP : 0));
  lw_widget_place (self->left, 0, 0, left, row);
  if (pins > 0)
    lw_widget_place (self->pins, left + LW_TRANSPORT_GAP, 0, pins, row);
  lw_widget_place (self->right, width - right, 0, right, row);
}

/* ---- life ---- */

static void
lw_transport_dispose (GObject *object)
{
  LwTransport *self = LW_TRANSPORT (object);

  if (self->engine != NULL)
    g_signal_handlers_disconnect_by_data (self->engine, self);
  g_clear_object (&self->engine);
  lw_widget_unparent_children (GTK_WIDGET (self));
  G_OBJECT_CLASS (lw_transport_parent_class)->dispose (object);
}

static void
lw_transport_class_init (LwTransportClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lw_transport_dispose;
  widget_class->get_request_mode = lw_widget_height_for_width;
  widget_class->measure = lw_transport_measure;
  widget_class->size_allocate = lw_transport_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "lw-transport");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TOOLBAR);
  g_signal_new ("volume", LW_TYPE_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                G_TYPE_DOUBLE, G_TYPE_BOOLEAN);
}

static void
lw_transport_fill_left (LwTransport *self)
{
  GtkBox *box = GTK_BOX (self->left);
  GtkWidget *squeezer = adw_squeezer_new ();

  gtk_box_append (
      box, lw_transport_button ("lw-frame-back-symbolic", _ ("One frame back"), "win.step-back"));
  self->play = lw_transport_button ("media-playback-start-symbolic", _ ("Play"), "win.play");
  gtk_widget_add_css_class (self->play, "circular");
  gtk_widget_add_css_class (self->play, "lw-play");
  gtk_box_append (box, self->play);
  gtk_box_append (box, lw_transport_button ("lw-frame-forward-symbolic", _ ("One frame forward"),
                                            "win.step-forward"));
  self->clock = gtk_label_new ("–:––");
  gtk_widget_add_css_class (self->clock, "numeric");
  gtk_widget_set_margin_start (self->clock, 6);
  self->whole = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->whole, "numeric");
  gtk_widget_add_css_class (self->whole, "lw-dim");
  /* Whole or not at all: the timeline tells it too. */
  adw_squeezer_set_allow_none (ADW_SQUEEZER (squeezer), TRUE);
  adw_squeezer_set_homogeneous (ADW_SQUEEZER (squeezer), FALSE);
  adw_squeezer_add (ADW_SQUEEZER (squeezer), self->whole);
  gtk_box_append (box, self->clock);
  gtk_box_append (box, squeezer);
}

static void
lw_transport_fill_right (LwTransport *self)
{
  GtkBox *box = GTK_BOX (self->right);

  self->loop = gtk_toggle_button_new ();
  gtk_button_set_icon_name (GTK_BUTTON (self->loop), "media-playlist-repeat-symbolic");
  gtk_widget_add_css_class (self->loop, "flat");
  lw_widget_set_label (self->loop, _ ("Watch the marked range again and again"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->loop), "win.loop");
  gtk_box_append (box, self->loop);
  self->speed = lw_transport_make_speed ();
  gtk_box_append (box, self->speed);
  lw_transport_make_sound (self);
  gtk_box_append (box, self->sound);
  self->captions = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->captions), "media-view-subtitles-symbolic");
  gtk_menu_button_set_direction (GTK_MENU_BUTTON (self->captions), GTK_ARROW_UP);
  gtk_widget_add_css_class (self->captions, "flat");
  lw_widget_set_label (self->captions, _ ("Captions and sound tracks"));
  gtk_box_append (box, self->captions);
  self->fullscreen =
      lw_transport_button ("view-fullscreen-symbolic", _ ("Full screen"), "win.fullscreen");
  gtk_box_append (box, self->fullscreen);
}

static void
lw_transport_init (LwTransport *self)
{
  self->shown_second = -2;
  self->left = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  self->pins = lw_pin_buttons_new ();
  self->right = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  gtk_widget_set_parent (self->left, GTK_WIDGET (self));
  gtk_widget_set_parent (self->pins, GTK_WIDGET (self));
  gtk_widget_set_parent (self->right, GTK_WIDGET (self));
  /* Time runs left to right here as on every player, so the buttons do too. */
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (self->left, GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (self->right, GTK_TEXT_DIR_LTR);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Playback"), -1);
  lw_transport_fill_left (self);
  lw_transport_fill_right (self);
}

GtkWidget *
lw_transport_new (LwEngine *engine)
{
  LwTransport *self = g_object_new (LW_TYPE_TRANSPORT, NULL);

  self->engine = g_object_ref (engine);
  g_signal_connect (engine, "state-changed", G_CALLBACK (lw_transport_on_state), self);
  g_signal_connect (engine, "rate-changed", G_CALLBACK (lw_transport_on_rate), self);
  g_signal_connect (engine, "media-info", G_CALLBACK (lw_transport_on_media_info), self);
  lw_transport_on_state (engine, 0, self);
  lw_transport_on_rate (engine, 1, self);
  lw_transport_on_media_info (engine, self);
  lw_transport_set_volume (self, 1, FALSE);
  return GTK_WIDGET (self);
}

void
lw_transport_set_position (LwTransport *self, LwTime position)
{
  LwTime duration, second;
  g_autofree char *now = NULL;
  g_autofree char *whole = NULL;
  g_autofree char *text = NULL;

  g_return_if_fail (LW_IS_TRANSPORT (self));
  duration = lw_engine_get_duration (self->engine);
  second = position < 0 ? LW_TIME_NONE : position / LW_SECOND;
  if (second == self->shown_second && duration == self->shown_duration)
    return;
  self->shown_second = second;
  self->shown_duration = duration;
  now = lw_time_format (position);
  whole = lw_time_format (duration);
  text = lw_phrase_isolate (g_strdup_printf (" / %s", whole));
  gtk_label_set_text (GTK_LABEL (self->clock), now);
  gtk_label_set_text (GTK_LABEL (self->whole), text);
}

void
lw_transport_set_fullscreen (LwTransport *self, gboolean fullscreen)
{
  const char *label = fullscreen ? _ ("Leave full screen") : _ ("Full screen");

  g_return_if_fail (LW_IS_TRANSPORT (self));
  gtk_button_set_icon_name (GTK_BUTTON (self->fullscreen),
                            fullscreen ? "view-restore-symbolic" : "view-fullscreen-symbolic");
  lw_widget_set_label (self->fullscreen, label);
}
