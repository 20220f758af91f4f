/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-paintable.h"

struct _LwFrameSlot {
  gatomicrefcount references;
  GMainContext *context;
  GMutex lock;
  /* ---- under lock ---- */
  GWeakRef *paintable; /* its own box: a GWeakRef must not move */
  GBytes *pixels;      /* the frame that waits to be taken; NULL if none */
  guint width, height;
  gsize stride;
  double aspect;
  gboolean scheduled; /* a source that will take it is on its way */
};

struct _LwPaintable {
  GObject parent;
  LwFrameSlot *slot;
  GdkTexture *texture;
  double aspect;
  gboolean painted; /* the texture has been drawn at least once */
  guint64 frames_painted;
};

static void lw_paintable_iface_init (GdkPaintableInterface *iface);

G_DEFINE_TYPE_WITH_CODE (LwPaintable,
                         lw_paintable,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE, lw_paintable_iface_init))

/* ---- the slot ---- */

static LwFrameSlot *
lw_frame_slot_new (LwPaintable *paintable)
{
  LwFrameSlot *slot = g_new0 (LwFrameSlot, 1);

  g_atomic_ref_count_init (&slot->references);
  g_mutex_init (&slot->lock);
  slot->context = g_main_context_ref_thread_default ();
  slot->paintable = g_new0 (GWeakRef, 1);
  g_weak_ref_init (slot->paintable, paintable);
  return slot;
}

LwFrameSlot *
lw_frame_slot_ref (LwFrameSlot *slot)
{
  g_atomic_ref_count_inc (&slot->references);
  return slot;
}

void
lw_frame_slot_unref (LwFrameSlot *slot)
{
  if (!g_atomic_ref_count_dec (&slot->references))
    return;
  g_weak_ref_clear (slot->paintable);
  g_free (slot->paintable);
  g_clear_pointer (&slot->pixels, g_bytes_unref);
  g_main_context_unref (slot->context);
  g_mutex_clear (&slot->lock);
  g_free (slot);
}

static void
lw_paintable_set_texture (LwPaintable *self, GdkTexture *texture, double aspect)
{
  gboolean resized = self->texture == NULL || texture == NULL || self->aspect != aspect;

  g_set_object (&self->texture, texture);
  self->aspect = aspect;
  self->painted = FALSE;
  if (resized)
    gdk_paintable_invalidate_size (GDK_PAINTABLE (self));
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
}

static gboolean
lw_frame_slot_take (gpointer data)
{
  LwFrameSlot *slot = data;
  g_autoptr (LwPaintable) paintable = g_weak_ref_get (slot->paintable);
  g_autoptr (GBytes) pixels = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  guint width, height;
  gsize stride;
  double aspect;

  g_mutex_lock (&slot->lock);
  pixels = g_steal_pointer (&slot->pixels);
  width = slot->width;
  height = slot->height;
  stride = slot->stride;
  aspect = slot->aspect;
  slot->scheduled = FALSE;
  g_mutex_unlock (&slot->lock);

  if (pixels == NULL || paintable == NULL)
    return G_SOURCE_REMOVE;
  /* The pixels are opaque, and premultiplied is what every renderer takes without converting. */
  texture = gdk_memory_texture_new ((int)width, (int)height, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED,
                                    pixels, stride);
  lw_paintable_set_texture (paintable, texture, aspect);
  return G_SOURCE_REMOVE;
}

void
lw_frame_slot_push (
    LwFrameSlot *slot, GBytes *pixels, guint width, guint height, gsize stride, double aspect)
{
  g_autoptr (GBytes) overtaken = NULL;
  gboolean schedule;

  g_mutex_lock (&slot->lock);
  overtaken = g_steal_pointer (&slot->pixels);
  slot->pixels = pixels;
  slot->width = width;
  slot->height = height;
  slot->stride = stride;
  slot->aspect = aspect;
  schedule = !slot->scheduled;
  slot->scheduled = TRUE;
  g_mutex_unlock (&slot->lock);

  if (schedule) {
    g_autoptr (GSource) source = g_idle_source_new ();

    /* Above GTK's own drawing: at idle priority a busy window would never take a frame. */
    g_source_set_priority (source, G_PRIORITY_DEFAULT);
    g_source_set_static_name (source, "lessonwalk: newest frame");
    g_source_set_callback (source, lw_frame_slot_take, lw_frame_slot_ref (slot),
                           (GDestroyNotify)lw_frame_slot_unref);
    g_source_attach (source, slot->context);
  }
}

/* ---- the paintable ---- */

static void
lw_paintable_snapshot (GdkPaintable *paintable, GdkSnapshot *snapshot, double width, double height)
{
  LwPaintable *self = LW_PAINTABLE (paintable);

  if (self->texture == NULL)
    return;
  gtk_snapshot_append_texture (snapshot, self->texture,
                               &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height));
  if (!self->painted)
    self->frames_painted++;
  self->painted = TRUE;
}

static GdkPaintable *
lw_paintable_get_current_image (GdkPaintable *paintable)
{
  LwPaintable *self = LW_PAINTABLE (paintable);

  if (self->texture == NULL)
    return gdk_paintable_new_empty (0, 0);
  return GDK_PAINTABLE (g_object_ref (self->texture));
}

static int
lw_paintable_get_intrinsic_width (GdkPaintable *paintable)
{
  LwPaintable *self = LW_PAINTABLE (paintable);

  return self->texture == NULL ? 0 : gdk_texture_get_width (self->texture);
}

static int
lw_paintable_get_intrinsic_height (GdkPaintable *paintable)
{
  LwPaintable *self = LW_PAINTABLE (paintable);

  return self->texture == NULL ? 0 : gdk_texture_get_height (self->texture);
}

static double
lw_paintable_get_intrinsic_aspect_ratio (GdkPaintable *paintable)
{
  return LW_PAINTABLE (paintable)->aspect;
}

static void
lw_paintable_iface_init (GdkPaintableInterface *iface)
{
  iface->snapshot = lw_paintable_snapshot;
  iface->get_current_image = lw_paintable_get_current_image;
  iface->get_intrinsic_width = lw_paintable_get_intrinsic_width;
  iface->get_intrinsic_height = lw_paintable_get_intrinsic_height;
  iface->get_intrinsic_aspect_ratio = lw_paintable_get_intrinsic_aspect_ratio;
}

static void
lw_paintable_finalize (GObject *object)
{
  LwPaintable *self = LW_PAINTABLE (object);

  g_clear_object (&self->texture);
  g_clear_pointer (&self->slot, lw_frame_slot_unref);
  G_OBJECT_CLASS (lw_paintable_parent_class)->finalize (object);
}

static void
lw_paintable_class_init (LwPaintableClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lw_paintable_finalize;
}

static void
lw_paintable_init (LwPaintable *self)
{
  self->slot = lw_frame_slot_new (self);
}

LwPaintable *
lw_paintable_new (void)
{
  return g_object_new (LW_TYPE_PAINTABLE, NULL);
}

LwFrameSlot *
lw_paintable_get_slot (LwPaintable *self)
{
  g_return_val_if_fail (LW_IS_PAINTABLE (self), NULL);
  return self->slot;
}

void
lw_paintable_clear (LwPaintable *self)
{
  g_autoptr (GBytes) waiting = NULL;

  g_return_if_fail (LW_IS_PAINTABLE (self));
  g_mutex_lock (&self->slot->lock);
  waiting = g_steal_pointer (&self->slot->pixels);
  g_mutex_unlock (&self->slot->lock);
  if (self->texture != NULL)
    lw_paintable_set_texture (self, NULL, 0);
}

gboolean
lw_paintable_has_picture (LwPaintable *self)
{
  g_return_val_if_fail (LW_IS_PAINTABLE (self), FALSE);
  return self->texture != NULL;
}

guint64
lw_paintable_get_frames_painted (LwPaintable *self)
{
  g_return_val_if_fail (LW_IS_PAINTABLE (self), 0);
  return self->frames_painted;
}
