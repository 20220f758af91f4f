/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-tag-box.h"

#include <glib/gi18n.h>

#include "lw-note.h"
#include "lw-widget.h"

struct _LwTagBox {
  GtkWidget parent;
  GtkWidget *flow;
  GtkWidget *entry;
  GStrv tags; /* never NULL */
};

G_DEFINE_TYPE (LwTagBox, lw_tag_box, GTK_TYPE_WIDGET)

static void lw_tag_box_rebuild (LwTagBox *self);

static void
lw_tag_box_take (LwTagBox *self, GStrvBuilder *builder)
{
  g_strfreev (self->tags);
  self->tags = g_strv_builder_end (builder);
  lw_tag_box_rebuild (self);
  g_signal_emit_by_name (self, "changed");
}

static void
lw_tag_box_on_remove (GtkButton *button, LwTagBox *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *gone = g_strdup (g_object_get_data (G_OBJECT (button), "lw-tag"));

  for (guint i = 0; self->tags[i] != NULL; i++)
    if (!g_str_equal (self->tags[i], gone))
      g_strv_builder_add (builder, self->tags[i]);
  lw_tag_box_take (self, builder);
  gtk_widget_grab_focus (self->entry);
}

static GtkWidget *
lw_tag_box_make_chip (LwTagBox *self, const char *tag)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *label = gtk_label_new (tag);
  /* Translators: %s is a tag */
  g_autofree char *tip = g_strdup_printf (_ ("Take the tag “%s” away"), tag);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("window-close-symbolic"));
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_add_css_class (button, "lw-tag");
  lw_widget_set_label (button, tip);
  g_object_set_data_full (G_OBJECT (button), "lw-tag", g_strdup (tag), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (lw_tag_box_on_remove), self);
  return button;
}

static void
lw_tag_box_rebuild (LwTagBox *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->flow)) != NULL)
    gtk_flow_box_remove (GTK_FLOW_BOX (self->flow), child);
  for (guint i = 0; self->tags[i] != NULL; i++) {
    GtkWidget *holder = gtk_flow_box_child_new ();

    gtk_widget_set_focusable (holder, FALSE); /* the chip in it takes the focus */
    gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (holder),
                                  lw_tag_box_make_chip (self, self->tags[i]));
    gtk_flow_box_append (GTK_FLOW_BOX (self->flow), holder);
  }
  gtk_widget_set_visible (self->flow, self->tags[0] != NULL);
}

void
lw_tag_box_commit (LwTagBox *self)
{
  g_autofree char *tag = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_if_fail (LW_IS_TAG_BOX (self));
  tag = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  g_strstrip (tag);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  if (tag[0] == '\0' || g_strv_contains ((const char *const *)self->tags, tag) ||
      strlen (tag) > LW_NOTE_TAG_MAX_BYTES || g_strv_length (self->tags) >= LW_NOTE_TAGS_MAX)
    return;
  g_strv_builder_addv (builder, (const char **)self->tags);
  g_strv_builder_add (builder, tag);
  lw_tag_box_take (self, builder);
}

static void
lw_tag_box_on_activate (GtkEntry *entry, LwTagBox *self)
{
  if (gtk_editable_get_text (GTK_EDITABLE (entry))[0] == '\0')
    g_signal_emit_by_name (self, "done");
  else
    lw_tag_box_commit (self);
}

static void
lw_tag_box_on_text (GtkEditable *editable, LwTagBox *self)
{
  const char *text = gtk_editable_get_text (editable);

  /* A comma ends a tag, whichever script it comes from. */
  if (strstr (text, ",") == NULL && strstr (text, "،") == NULL && strstr (text, "、") == NULL)
    return;
  {
    g_auto (GStrv) parts = g_strsplit (text,
                                       strstr (text, ",") != NULL   ? ","
                                       : strstr (text, "،") != NULL ? "،"
                                                                    : "、",
                                       2);

    gtk_editable_set_text (editable, parts[0]);
    lw_tag_box_commit (self);
    gtk_editable_set_text (editable, parts[1]);
    gtk_editable_set_position (editable, -1);
  }
}

static void
lw_tag_box_dispose (GObject *object)
{
  LwTagBox *self = LW_TAG_BOX (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (lw_tag_box_parent_class)->dispose (object);
}

static void
lw_tag_box_finalize (GObject *object)
{
  g_strfreev (LW_TAG_BOX (object)->tags);
  G_OBJECT_CLASS (lw_tag_box_parent_class)->finalize (object);
}

static void
lw_tag_box_class_init (LwTagBoxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lw_tag_box_dispose;
  G_OBJECT_CLASS (klass)->finalize = lw_tag_box_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  g_signal_new ("changed", LW_TYPE_TAG_BOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("done", LW_TYPE_TAG_BOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lw_tag_box_init (LwTagBox *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 4);
  self->tags = g_new0 (char *, 1);
  self->flow = gtk_flow_box_new ();
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->flow), 6);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (self->flow), 4);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (self->flow), 4);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->flow), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Tags"), -1);
  gtk_widget_set_visible (self->flow, FALSE);
  gtk_widget_set_parent (self->flow, GTK_WIDGET (self));
  self->entry = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), _ ("Add a tag"));
  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_PRIMARY,
                                     "lw-tag-symbolic");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Add a tag"), -1);
  g_signal_connect (self->entry, "activate", G_CALLBACK (lw_tag_box_on_activate), self);
  g_signal_connect (self->entry, "changed", G_CALLBACK (lw_tag_box_on_text), self);
  gtk_widget_set_parent (self->entry, GTK_WIDGET (self));
}

GtkWidget *
lw_tag_box_new (void)
{
  return g_object_new (LW_TYPE_TAG_BOX, NULL);
}

void
lw_tag_box_set_tags (LwTagBox *self, const char *const *tags)
{
  g_return_if_fail (LW_IS_TAG_BOX (self));
  if (g_strv_equal ((const char *const *)self->tags, tags))
    return;
  g_strfreev (self->tags);
  self->tags = g_strdupv ((char **)tags);
  lw_tag_box_rebuild (self);
}

const char *const *
lw_tag_box_get_tags (LwTagBox *self)
{
  g_return_val_if_fail (LW_IS_TAG_BOX (self), NULL);
  return (const char *const *)self->tags;
}
