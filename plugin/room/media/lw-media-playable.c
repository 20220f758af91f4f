/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the browsers of school laptops and tablets play, cautiously. */

#include "lw-media-check.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define HEAD_BYTES 64

static gboolean
is_one_of (const char *text, const char *const *these)
{
  return g_strv_contains (these, text);
}

gboolean
lw_media_playable_video (const LwStreamInfo *video)
{
  /* Not 10 bits, not 4:2:2: no browser's decoder takes those. */
  static const char *const profiles[] = {"Baseline", "Constrained Baseline", "Main", "High", NULL};

  return g_str_equal (video->codec, "h264") && is_one_of (video->profile, profiles);
}

gboolean
lw_media_playable_audio (const LwStreamInfo *audio)
{
  return audio == NULL ||
         (g_str_equal (audio->codec, "aac") && audio->channels >= 1 && audio->channels <= 2);
}

static gboolean
is_webm_stream (const LwStreamInfo *video, const LwStreamInfo *audio)
{
  static const char *const video_codecs[] = {"vp8", "vp9", NULL};
  static const char *const audio_codecs[] = {"opus", "vorbis", NULL};

  return video != NULL && is_one_of (video->codec, video_codecs) &&
         !g_str_equal (video->profile, "Profile 1") && !g_str_equal (video->profile, "Profile 3") &&
         (audio == NULL || is_one_of (audio->codec, audio_codecs));
}

const char *
lw_media_playable_type (const LwProbe *probe, const char *path)
{
  const LwStreamInfo *video = lw_probe_get_video (probe);
  const LwStreamInfo *audio = lw_probe_get_audio (probe);
  guint8 head[HEAD_BYTES] = {0};
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  gssize length = -1;

  if (fd >= 0) {
    length = pread (fd, head, sizeof head, 0);
    close (fd);
  }
  if (length < 16 || (video == NULL && audio == NULL))
    return NULL;
  /* QuickTime's own brand is another format to some of them. */
  if (g_str_has_prefix (probe->container, "mov,") && memcmp (head + 4, "ftyp", 4) == 0 &&
      memcmp (head + 8, "qt  ", 4) != 0 && (video == NULL || lw_media_playable_video (video)) &&
      lw_media_playable_audio (audio))
    return "video/mp4";
  if (g_str_has_prefix (probe->container, "matroska") &&
      memmem (head, (gsize)length, "webm", 4) != NULL && is_webm_stream (video, audio))
    return "video/webm";
  return NULL;
}
