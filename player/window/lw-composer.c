/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-composer.h"

#include <glib/gi18n.h>

#include "lw-pair.h"
#include "lw-palette.h"
#include "lw-phrases.h"
#include "lw-tag-box.h"
#include "lw-widget.h"
#include "lw-wording-line.h"

struct _LwComposer {
  GtkBox parent;
  LwSession *session;
  GtkWidget *card;
  GtkWidget *noticing;
  GtkWidget *wondering;
  GtkWidget *kind_box;
  GtkWidget *heading; /* instead of the kinds, for a reply */
  GtkWidget *when;
  GtkWidget *when_label;
  GtkWidget *text;
  GtkWidget *hint; /* over the empty text */
  GtkWidget *wording;
  GtkWidget *tags;
  GtkWidget *on_focus;
  GtkWidget *place;
  GtkWidget *hold;
  GtkWidget *problem;
  GtkWidget *next; /* the note that waits behind this one */
  LwId shown;      /* the draft whose text stands in the view */
  gboolean loading;
};

G_DEFINE_TYPE (LwComposer, lw_composer, GTK_TYPE_BOX)

enum { SIGNAL_LEFT, SIGNAL_FAILED, SIGNAL_PLACE, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- showing the draft ---- */

static void
lw_composer_show_problem (LwComposer *self, const char *message)
{
  gtk_label_set_text (GTK_LABEL (self->problem), message == NULL ? "" : message);
  gtk_widget_set_visible (self->problem, message != NULL);
}

static void
lw_composer_show_text (LwComposer *self, const LwNote *draft)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text));

  if (lw_id_equal (&self->shown, &draft->id))
    return;
  self->shown = draft->id;
  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_set_text (buffer, draft->text, -1);
  gtk_text_buffer_end_irreversible_action (buffer);
  lw_composer_show_problem (self, NULL);
}

static void
lw_composer_show_next (LwComposer *self)
{
  const LwNote *next = lw_session_get_next_note (self->session);
  g_autofree char *clock = next == NULL ? NULL : lw_phrase_when (next);
  g_autofree char *words = NULL;

  if (next != NULL && next->kind == LW_NOTE_WONDERING)
    /* Translators: %s is a moment of the lesson, like "4:07": a new note opens there afterwards */
    words = g_strdup_printf (_ ("Then: a wondering at %s"), clock);
  else if (next != NULL)
    /* Translators: %s is a moment of the lesson, like "4:07": a new note opens there afterwards */
    words = g_strdup_printf (_ ("Then: a noticing at %s"), clock);
  gtk_label_set_text (GTK_LABEL (self->next), words == NULL ? "" : words);
  gtk_widget_set_visible (self->next, words != NULL);
}

static void
lw_composer_show_draft (LwComposer *self, const LwNote *draft)
{
  LwId editing = lw_session_get_editing (self->session);
  const LwWalk *walk = lw_session_get_walk (self->session);
  gboolean reply = draft->kind == LW_NOTE_REPLY;
  g_autofree char *clock = lw_phrase_when (draft);
  /* Translators: %s is a moment of the lesson, like "4:07", or a range, like "4:07 – 4:19" */
  g_autofree char *when = g_strdup_printf (_ ("Pinned at %s"), clock);
  g_autofree char *place = NULL;

  self->loading = TRUE;
  lw_composer_show_text (self, draft);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->noticing),
                                draft->kind == LW_NOTE_NOTICING);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->wondering),
                                draft->kind == LW_NOTE_WONDERING);
  gtk_widget_set_visible (self->kind_box, !reply);
  lw_wording_line_set_on (LW_WORDING_LINE (self->wording),
                          draft->kind == LW_NOTE_NOTICING || draft->kind == LW_NOTE_WONDERING);
  gtk_widget_set_visible (self->heading, reply || !lw_id_is_none (&editing));
  gtk_label_set_text (GTK_LABEL (self->heading), reply ? _ ("Reply") : _ ("Changing"));
  gtk_label_set_text (GTK_LABEL (self->when_label), when);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->when), GTK_ACCESSIBLE_PROPERTY_LABEL, when,
                                  -1);
  lw_tag_box_set_tags (LW_TAG_BOX (self->tags), draft->tags);
  gtk_widget_set_visible (self->on_focus, walk != NULL && walk->focus[0] != '\0');
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->on_focus), draft->on_focus);
  gtk_widget_set_visible (self->place, !reply);
  place = g_strdup (lw_region_is_none (&draft->region) ? _ ("Mark a place in the picture")
                                                       : _ ("Mark another place in the picture"));
  gtk_widget_set_tooltip_text (self->place, place);
  if (lw_region_is_none (&draft->region))
    gtk_widget_remove_css_class (self->place, "accent");
  else
    gtk_widget_add_css_class (self->place, "accent");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->hold),
                                lw_session_get_hold (self->session));
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (self->text), TRUE);
  lw_composer_show_next (self);
  self->loading = FALSE;
}

static void
lw_composer_update (LwComposer *self)
{
  const LwNote *draft = lw_session_get_draft (self->session);

  gtk_widget_set_visible (GTK_WIDGET (self), draft != NULL);
  if (draft != NULL) {
    lw_composer_show_draft (self, draft);
    return;
  }
  self->shown = LW_ID_NONE;
  lw_composer_set_placing (self, FALSE);
}

/* ---- from her to the session ---- */

static char *
lw_composer_get_text (LwComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
lw_composer_on_text (GtkTextBuffer *buffer, LwComposer *self)
{
  g_autofree char *text = lw_composer_get_text (self);

  gtk_widget_set_visible (self->hint, text[0] == '\0');
  if (self->loading || lw_session_get_draft (self->session) == NULL)
    return;
  lw_session_set_draft_text (self->session, text);
  lw_composer_show_problem (self, NULL);
}

static void
lw_composer_on_kind (GtkToggleButton *button, LwComposer *self)
{
  if (self->loading || !gtk_toggle_button_get_active (button))
    return;
  lw_session_set_draft_kind (
      self->session, GTK_WIDGET (button) == self->wondering ? LW_NOTE_WONDERING : LW_NOTE_NOTICING);
}

static void
lw_composer_on_tags (LwTagBox *tags, LwComposer *self)
{
  if (!self->loading)
    lw_session_set_draft_tags (self->session, lw_tag_box_get_tags (tags));
}

static void
lw_composer_on_focus_link (GtkToggleButton *button, LwComposer *self)
{
  if (!self->loading)
    lw_session_set_draft_on_focus (self->session, gtk_toggle_button_get_active (button));
}

static void
lw_composer_on_hold (GtkToggleButton *button, LwComposer *self)
{
  if (!self->loading)
    lw_session_set_hold (self->session, gtk_toggle_button_get_active (button));
}

static void
lw_composer_on_place (GtkToggleButton *button, LwComposer *self)
{
  if (!self->loading)
    g_signal_emit (self, signals[SIGNAL_PLACE], 0, gtk_toggle_button_get_active (button));
}

static void
lw_composer_on_when (GtkButton *button, LwComposer *self)
{
  const LwNote *draft = lw_session_get_draft (self->session);

  if (draft != NULL)
    lw_engine_seek (lw_session_get_engine (self->session), draft->start, LW_SEEK_EXACT);
}

/* The draft is dealt with; another one may have waited for that. */
static void
lw_composer_go_on (LwComposer *self)
{
  if (lw_session_get_draft (self->session) != NULL)
    lw_composer_focus (self);
  else
    g_signal_emit (self, signals[SIGNAL_LEFT], 0);
}

void
lw_composer_keep (LwComposer *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) note = NULL;

  g_return_if_fail (LW_IS_COMPOSER (self));
  lw_tag_box_commit (LW_TAG_BOX (self->tags));
  note = lw_session_keep_draft (self->session, &error);
  if (note != NULL) {
    lw_composer_go_on (self);
    return;
  }
  lw_composer_show_problem (self, error->message);
  lw_composer_focus (self);
  if (!g_error_matches (error, LW_SESSION_ERROR, LW_SESSION_ERROR_EMPTY))
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

void
lw_composer_park (LwComposer *self)
{
  g_return_if_fail (LW_IS_COMPOSER (self));
  lw_tag_box_commit (LW_TAG_BOX (self->tags));
  lw_session_park_draft (self->session);
  g_signal_emit (self, signals[SIGNAL_LEFT], 0);
}

static void
lw_composer_on_discard (GtkButton *button, LwComposer *self)
{
  lw_session_discard_draft (self->session);
  lw_composer_go_on (self);
}

/* ---- keys ---- */

/* In the capture phase, before the text takes Enter; but an input method comes first of all: Enter
 * there ends a word of Japanese, not the note. */
static gboolean
lw_composer_on_text_key (GtkEventControllerKey *controller,
                         guint key,
                         guint code,
                         GdkModifierType state,
                         LwComposer *self)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));

  if (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter && key != GDK_KEY_ISO_Enter)
    return GDK_EVENT_PROPAGATE;
  if (gtk_text_view_im_context_filter_keypress (GTK_TEXT_VIEW (self->text), event))
    return GDK_EVENT_STOP;
  if ((state & GDK_SHIFT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  lw_composer_keep (self);
  return GDK_EVENT_STOP;
}

static gboolean
lw_composer_on_key (GtkEventControllerKey *controller,
                    guint key,
                    guint code,
                    GdkModifierType state,
                    LwComposer *self)
{
  if (lw_session_get_draft (self->session) == NULL)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Escape) {
    lw_composer_park (self);
    return GDK_EVENT_STOP;
  }
  if ((key == GDK_KEY_Return || key == GDK_KEY_KP_Enter) && (state & GDK_CONTROL_MASK) != 0) {
    lw_composer_keep (self);
    return GDK_EVENT_STOP;
  }
  return GDK_EVENT_PROPAGATE;
}

/* ---- building ---- */

static GtkWidget *
lw_composer_kind_button (LwComposer *self, LwNoteKind kind)
{
  GtkWidget *button = gtk_toggle_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (lw_note_kind_word (kind));

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (lw_note_kind_icon (kind)));
  gtk_box_append (GTK_BOX (box), label);
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  lw_note_kind_word (kind), -1);
  g_signal_connect (button, "toggled", G_CALLBACK (lw_composer_on_kind), self);
  return button;
}

static GtkWidget *
lw_composer_toggle (const char *icon, const char *label, GCallback callback, LwComposer *self)
{
  GtkWidget *button = gtk_toggle_button_new ();

  gtk_button_set_icon_name (GTK_BUTTON (button), icon);
  gtk_widget_add_css_class (button, "flat");
  lw_widget_set_label (button, label);
  g_signal_connect (button, "toggled", callback, self);
  return button;
}

/* When, and away with it. */
static GtkWidget *
lw_composer_make_head (LwComposer *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *discard = gtk_button_new_from_icon_name ("user-trash-symbolic");
  GtkWidget *space = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->heading = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->heading, "heading");
  gtk_box_append (GTK_BOX (head), self->heading);
  self->when_label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->when_label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->when_label), 0);
  self->when = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->when), self->when_label);
  gtk_widget_add_css_class (self->when, "flat");
  gtk_widget_add_css_class (self->when, "numeric");
  gtk_widget_set_tooltip_text (self->when, _ ("Show the pinned moment"));
  g_signal_connect (self->when, "clicked", G_CALLBACK (lw_composer_on_when), self);
  gtk_box_append (GTK_BOX (head), self->when);
  gtk_widget_set_hexpand (space, TRUE);
  gtk_box_append (GTK_BOX (head), space);
  gtk_widget_add_css_class (discard, "flat");
  lw_widget_set_label (discard, _ ("Throw this draft away"));
  g_signal_connect (discard, "clicked", G_CALLBACK (lw_composer_on_discard), self);
  gtk_box_append (GTK_BOX (head), discard);
  return head;
}

static GtkWidget *
lw_composer_make_kinds (LwComposer *self)
{
  self->noticing = lw_composer_kind_button (self, LW_NOTE_NOTICING);
  self->wondering = lw_composer_kind_button (self, LW_NOTE_WONDERING);
  gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->wondering),
                               GTK_TOGGLE_BUTTON (self->noticing));
  self->kind_box = lw_pair_new (self->noticing, self->wondering, TRUE, 4);
  return self->kind_box;
}

static GtkWidget *
lw_composer_make_text (LwComposer *self)
{
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->text = gtk_text_view_new ();
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->text), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (self->text), FALSE);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (self->text), 8);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (self->text), 8);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (self->text), 10);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (self->text), 10);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Your note"), -1);
  g_signal_connect (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text)), "changed",
                    G_CALLBACK (lw_composer_on_text), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (lw_composer_on_text_key), self);
  gtk_widget_add_controller (self->text, keys);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), self->text);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroll), 64);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroll), 180);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroll), TRUE);
  gtk_widget_add_css_class (scroll, "lw-note-text");
  gtk_overlay_set_child (GTK_OVERLAY (overlay), scroll);

  self->hint = gtk_label_new (_ ("What do you see and hear?"));
  gtk_widget_add_css_class (self->hint, "lw-hint");
  gtk_widget_set_halign (self->hint, GTK_ALIGN_START);
  gtk_widget_set_valign (self->hint, GTK_ALIGN_START);
  gtk_widget_set_can_target (self->hint, FALSE);
  gtk_label_set_wrap (GTK_LABEL (self->hint), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->hint), 0);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->hint);
  gtk_overlay_set_measure_overlay (GTK_OVERLAY (overlay), self->hint, TRUE);
  return overlay;
}

static GtkWidget *
lw_composer_make_foot (LwComposer *self)
{
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *space = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *keep = gtk_button_new_with_mnemonic (_ ("_Keep"));

  self->on_focus = lw_composer_toggle ("lw-focus-symbolic", _ ("Speaks to the focus"),
                                       G_CALLBACK (lw_composer_on_focus_link), self);
  self->place = lw_composer_toggle ("lw-place-symbolic", _ ("Mark a place in the picture"),
                                    G_CALLBACK (lw_composer_on_place), self);
  self->hold =
      lw_composer_toggle ("media-playback-pause-symbolic", _ ("Hold the lesson while you write"),
                          G_CALLBACK (lw_composer_on_hold), self);
  gtk_box_append (GTK_BOX (foot), self->on_focus);
  gtk_box_append (GTK_BOX (foot), self->place);
  gtk_box_append (GTK_BOX (foot), self->hold);
  gtk_widget_set_hexpand (space, TRUE);
  gtk_box_append (GTK_BOX (foot), space);
  gtk_widget_add_css_class (keep, "suggested-action");
  gtk_widget_set_tooltip_text (keep, _ ("Enter keeps the note, Escape puts it aside"));
  g_signal_connect_swapped (keep, "clicked", G_CALLBACK (lw_composer_keep), self);
  gtk_box_append (GTK_BOX (foot), keep);
  return foot;
}

static void
lw_composer_dispose (GObject *object)
{
  LwComposer *self = LW_COMPOSER (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (lw_composer_parent_class)->dispose (object);
}

static void
lw_composer_class_init (LwComposerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_composer_dispose;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "lw-composer");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_FORM);
  signals[SIGNAL_LEFT] = g_signal_new ("left", LW_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", LW_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[SIGNAL_PLACE] = g_signal_new ("place", LW_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
lw_composer_init (LwComposer *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Write a note"), -1);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (lw_composer_on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);

  self->card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_add_css_class (self->card, "card");
  gtk_widget_add_css_class (self->card, "lw-card");
  gtk_box_append (GTK_BOX (self->card), lw_composer_make_head (self));
  gtk_box_append (GTK_BOX (self->card), lw_composer_make_kinds (self));
  gtk_box_append (GTK_BOX (self->card), lw_composer_make_text (self));
  self->wording = lw_wording_line_new (GTK_TEXT_VIEW (self->text));
  gtk_box_append (GTK_BOX (self->card), self->wording);
  self->problem = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->problem), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->problem), 0);
  gtk_widget_add_css_class (self->problem, "error");
  gtk_widget_set_visible (self->problem, FALSE);
  gtk_box_append (GTK_BOX (self->card), self->problem);
  self->next = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->next), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->next), 0);
  gtk_widget_add_css_class (self->next, "accent");
  gtk_widget_set_visible (self->next, FALSE);
  gtk_box_append (GTK_BOX (self->card), self->next);
  self->tags = lw_tag_box_new ();
  g_signal_connect (self->tags, "changed", G_CALLBACK (lw_composer_on_tags), self);
  g_signal_connect_swapped (self->tags, "done", G_CALLBACK (lw_composer_keep), self);
  gtk_box_append (GTK_BOX (self->card), self->tags);
  gtk_box_append (GTK_BOX (self->card), lw_composer_make_foot (self));
  gtk_box_append (GTK_BOX (self), self->card);
}

GtkWidget *
lw_composer_new (LwSession *session)
{
  LwComposer *self = g_object_new (LW_TYPE_COMPOSER, NULL);

  self->session = g_object_ref (session);
  lw_wording_line_set_store (LW_WORDING_LINE (self->wording), lw_session_get_store (session));
  g_signal_connect_swapped (session, "notify::draft", G_CALLBACK (lw_composer_update), self);
  g_signal_connect_swapped (session, "notify::walk", G_CALLBACK (lw_composer_update), self);
  lw_composer_update (self);
  return GTK_WIDGET (self);
}

gboolean
lw_composer_is_open (LwComposer *self)
{
  g_return_val_if_fail (LW_IS_COMPOSER (self), FALSE);
  return gtk_widget_get_visible (GTK_WIDGET (self));
}

void
lw_composer_focus (LwComposer *self)
{
  g_return_if_fail (LW_IS_COMPOSER (self));
  gtk_widget_grab_focus (self->text);
}

void
lw_composer_set_placing (LwComposer *self, gboolean placing)
{
  gboolean before = self->loading;

  g_return_if_fail (LW_IS_COMPOSER (self));
  self->loading = TRUE;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->place), placing);
  self->loading = before;
}
