/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-probe-private.h"

#include <string.h>

#include "lw-worker-protocol.h"

G_DEFINE_QUARK (lw - media - error - quark, lw_media_error)
G_DEFINE_BOXED_TYPE (LwProbe, lw_probe, lw_probe_ref, lw_probe_unref)

char *
lw_media_clean_text (const char *text)
{
  g_autofree char *valid = NULL;
  gsize length;
  char *end;

  if (text == NULL)
    return g_strdup ("");
  length = strnlen (text, LW_MEDIA_MAX_TEXT);
  valid = g_utf8_make_valid (text, (gssize)length);
  if (strlen (valid) > LW_MEDIA_MAX_TEXT) {
    /* Each broken byte became three: cut again, at a character. */
    end = g_utf8_find_prev_char (valid, valid + LW_MEDIA_MAX_TEXT + 1);
    *(end != NULL ? end : valid) = '\0';
  }
  for (char *c = valid; *c != '\0'; c++) {
    if (((guchar)*c < 0x20 && *c != '\n') || *c == 0x7f)
      *c = ' ';
  }
  return g_strdup (g_strstrip (valid));
}

LwStreamInfo *
lw_stream_info_new (void)
{
  LwStreamInfo *info = g_new0 (LwStreamInfo, 1);

  info->start = LW_TIME_NONE;
  info->duration = LW_TIME_NONE;
  info->par_num = info->par_den = 1;
  info->fps_den = 1;
  return info;
}

void
lw_stream_info_free (LwStreamInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->codec);
  g_free (info->profile);
  g_free (info->language);
  g_free (info->title);
  g_free (info);
}

LwChapter *
lw_chapter_new (LwTime start, LwTime end, const char *title)
{
  LwChapter *chapter = g_new0 (LwChapter, 1);

  chapter->start = start;
  chapter->end = end;
  chapter->title = lw_media_clean_text (title);
  return chapter;
}

static void
chapter_free (gpointer data)
{
  LwChapter *chapter = data;

  g_free (chapter->title);
  g_free (chapter);
}

LwCaption *
lw_caption_new (LwTime start, LwTime end, const char *text)
{
  LwCaption *caption = g_new0 (LwCaption, 1);

  caption->start = start;
  caption->end = end;
  caption->text = lw_media_clean_text (text);
  return caption;
}

static void
caption_free (gpointer data)
{
  LwCaption *caption = data;

  g_free (caption->text);
  g_free (caption);
}

LwProbe *
lw_probe_new (void)
{
  LwProbe *probe = g_atomic_rc_box_new0 (LwProbe);

  probe->duration = LW_TIME_NONE;
  probe->streams = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_stream_info_free);
  probe->chapters = g_ptr_array_new_with_free_func (chapter_free);
  probe->captions = g_ptr_array_new_with_free_func (caption_free);
  probe->keyframes = g_array_new (FALSE, FALSE, sizeof (LwTime));
  probe->frames = g_array_new (FALSE, FALSE, sizeof (LwTime));
  return probe;
}

static void
probe_clear (gpointer data)
{
  LwProbe *probe = data;

  g_free (probe->container);
  g_ptr_array_unref (probe->streams);
  g_ptr_array_unref (probe->chapters);
  g_ptr_array_unref (probe->captions);
  g_array_unref (probe->keyframes);
  g_array_unref (probe->frames);
}

LwProbe *
lw_probe_ref (LwProbe *probe)
{
  return g_atomic_rc_box_acquire (probe);
}

void
lw_probe_unref (LwProbe *probe)
{
  g_atomic_rc_box_release_full (probe, probe_clear);
}

static const LwStreamInfo *
first_of_kind (const LwProbe *probe, LwStreamKind kind)
{
  for (guint i = 0; i < probe->streams->len; i++) {
    const LwStreamInfo *info = g_ptr_array_index (probe->streams, i);

    if (info->kind == kind)
      return info;
  }
  return NULL;
}

const LwStreamInfo *
lw_probe_get_video (const LwProbe *probe)
{
  g_return_val_if_fail (probe != NULL, NULL);
  return first_of_kind (probe, LW_STREAM_VIDEO);
}

const LwStreamInfo *
lw_probe_get_audio (const LwProbe *probe)
{
  g_return_val_if_fail (probe != NULL, NULL);
  return first_of_kind (probe, LW_STREAM_AUDIO);
}
