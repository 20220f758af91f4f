/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-wording-line.h"

#include <string.h>

#include "lw-preferences.h"
#include "lw-wording.h"

#define PAUSE_MS 600 /* nobody is interrupted in the midst of a word */

struct _LwWordingLine {
  GtkBox parent;
  GtkTextView *view; /* outlives this in the same box */
  GtkTextTag *tag;
  GtkWidget *words;
  GtkWidget *why;
  LwStore *store;
  GArray *marks; /* LwWordingMark of @text; their strings belong to @rules */
  LwWording *rules;
  char *text;
  guint timeout;
  gboolean on;
};

G_DEFINE_TYPE (LwWordingLine, lw_wording_line, GTK_TYPE_BOX)

static gboolean
lw_wording_line_is_wanted (LwWordingLine *self)
{
  g_autofree char *setting =
      self->store != NULL ? lw_store_get_setting (self->store, LW_SETTING_WORDING, NULL) : NULL;

  return self->on && g_strcmp0 (setting, "0") != 0;
}

static const LwWordingMark *
lw_wording_line_mark_at (LwWordingLine *self, int offset)
{
  for (guint i = 0; self->marks != NULL && i < self->marks->len; i++) {
    const LwWordingMark *mark = &g_array_index (self->marks, LwWordingMark, i);

    if (offset >= g_utf8_pointer_to_offset (self->text, self->text + mark->start) &&
        offset <= g_utf8_pointer_to_offset (self->text, self->text + mark->end))
      return mark;
  }
  return NULL;
}

static void
lw_wording_line_show (LwWordingLine *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  const LwWordingMark *mark = NULL;
  g_autofree char *words = NULL, *quoted = NULL, *why = NULL;
  int cursor;

  g_object_get (buffer, "cursor-position", &cursor, NULL);
  for (guint i = 0; self->marks != NULL && i < self->marks->len; i++) {
    const LwWordingMark *next = &g_array_index (self->marks, LwWordingMark, i);

    if (mark == NULL || cursor >= g_utf8_pointer_to_offset (self->text, self->text + next->start))
      mark = next;
  }
  gtk_widget_set_visible (GTK_WIDGET (self), mark != NULL);
  if (mark == NULL) {
    gtk_accessible_reset_property (GTK_ACCESSIBLE (self->view),
                                   GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
    return;
  }
  words = g_strndup (self->text + mark->start, mark->end - mark->start);
  quoted = g_strdup_printf ("“%s”", words);
  why = g_strdup_printf ("%s %s", mark->reason, mark->instead);
  gtk_label_set_text (GTK_LABEL (self->words), quoted);
  gtk_label_set_text (GTK_LABEL (self->why), why);
  g_free (words);
  words = g_strdup_printf ("%s %s", quoted, why);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  words, -1);
}

static void
lw_wording_line_forget (LwWordingLine *self)
{
  g_clear_pointer (&self->marks, g_array_unref);
  g_clear_pointer (&self->rules, lw_wording_unref);
  g_clear_pointer (&self->text, g_free);
}

/* Underlines what is marked. A tag is no change of the text: undo and the draft do not see it. */
static void
lw_wording_line_underline (LwWordingLine *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_remove_tag (buffer, self->tag, &start, &end);
  for (guint i = 0; self->marks != NULL && i < self->marks->len; i++) {
    const LwWordingMark *mark = &g_array_index (self->marks, LwWordingMark, i);

    gtk_text_buffer_get_iter_at_offset (
        buffer, &start, (int)g_utf8_pointer_to_offset (self->text, self->text + mark->start));
    gtk_text_buffer_get_iter_at_offset (
        buffer, &end, (int)g_utf8_pointer_to_offset (self->text, self->text + mark->end));
    gtk_text_buffer_apply_tag (buffer, self->tag, &start, &end);
  }
}

static void
lw_wording_line_look (LwWordingLine *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start, end;

  lw_wording_line_forget (self);
  if (lw_wording_line_is_wanted (self)) {
    gtk_text_buffer_get_bounds (buffer, &start, &end);
    self->text = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
    self->rules = lw_wording_choose (self->text, g_get_language_names ());
    self->marks = lw_wording_check (self->rules, self->text);
  }
  lw_wording_line_underline (self);
  lw_wording_line_show (self);
}

static gboolean
lw_wording_line_on_timeout (gpointer data)
{
  LwWordingLine *self = data;

  self->timeout = 0;
  lw_wording_line_look (self);
  return G_SOURCE_REMOVE;
}

static void
lw_wording_line_on_text (GtkTextBuffer *buffer, LwWordingLine *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  if (gtk_text_buffer_get_char_count (buffer) == 0)
    lw_wording_line_look (self);
  else
    self->timeout = g_timeout_add (PAUSE_MS, lw_wording_line_on_timeout, self);
}

/* While she writes, the words are others than the marks know. */
static void
lw_wording_line_on_cursor (GtkTextBuffer *buffer, GParamSpec *pspec, LwWordingLine *self)
{
  if (self->timeout == 0)
    lw_wording_line_show (self);
}

static gboolean
lw_wording_line_on_tooltip (
    GtkTextView *view, int x, int y, gboolean by_keyboard, GtkTooltip *tooltip, LwWordingLine *self)
{
  const LwWordingMark *mark;
  GtkTextIter iter;
  int at_x, at_y;

  gtk_text_view_window_to_buffer_coords (view, GTK_TEXT_WINDOW_WIDGET, x, y, &at_x, &at_y);
  if (self->timeout != 0 || !gtk_text_view_get_iter_at_location (view, &iter, at_x, at_y))
    return FALSE;
  mark = lw_wording_line_mark_at (self, gtk_text_iter_get_offset (&iter));
  if (mark != NULL)
    gtk_tooltip_set_text (tooltip, mark->reason);
  return mark != NULL;
}

static void
lw_wording_line_dispose (GObject *object)
{
  LwWordingLine *self = LW_WORDING_LINE (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_object (&self->store);
  lw_wording_line_forget (self);
  G_OBJECT_CLASS (lw_wording_line_parent_class)->dispose (object);
}

static void
lw_wording_line_class_init (LwWordingLineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_wording_line_dispose;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "lw-wording");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_STATUS);
}

static GtkWidget *
lw_wording_line_add_label (LwWordingLine *self, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (self), label);
  return label;
}

static void
lw_wording_line_init (LwWordingLine *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  self->words = lw_wording_line_add_label (self, "lw-wording-words");
  self->why = lw_wording_line_add_label (self, "lw-dim");
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
lw_wording_line_new (GtkTextView *view)
{
  LwWordingLine *self = g_object_new (LW_TYPE_WORDING_LINE, NULL);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);

  self->view = view;
  self->tag =
      gtk_text_buffer_create_tag (buffer, NULL, "underline", PANGO_UNDERLINE_ERROR,
                                  "underline-rgba", &(GdkRGBA){0.78f, 0.55f, 0.1f, 1}, NULL);
  gtk_widget_set_has_tooltip (GTK_WIDGET (view), TRUE);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (lw_wording_line_on_text), self, 0);
  g_signal_connect_object (buffer, "notify::cursor-position",
                           G_CALLBACK (lw_wording_line_on_cursor), self, 0);
  g_signal_connect_object (view, "query-tooltip", G_CALLBACK (lw_wording_line_on_tooltip), self, 0);
  return GTK_WIDGET (self);
}

void
lw_wording_line_set_store (LwWordingLine *self, LwStore *store)
{
  g_return_if_fail (LW_IS_WORDING_LINE (self));
  g_set_object (&self->store, store);
}

void
lw_wording_line_set_on (LwWordingLine *self, gboolean on)
{
  g_return_if_fail (LW_IS_WORDING_LINE (self));
  if (self->on == on)
    return;
  self->on = on;
  lw_wording_line_on_text (gtk_text_view_get_buffer (self->view), self);
}
