/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-captions.h"

#include <string.h>

#include "lw-media.h"

#define ARROW " --> "

/* A blank line would end the cue, an arrow begin another; "<" and "&" are markup. */
static void
append_text (GString *vtt, const char *text)
{
  g_auto (GStrv) lines = g_strsplit_set (text, "\r\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *line = g_markup_escape_text (g_strstrip (lines[i]), -1);

    if (*line != '\0')
      g_string_append_printf (vtt, "%s\n", line);
  }
}

gboolean
lw_captions_write (LwRoom *room, const LwContentHash *hash, GPtrArray *captions, GError **error)
{
  g_autoptr (GString) vtt = g_string_new ("WEBVTT\n\n");

  for (guint i = 0; i < captions->len; i++) {
    const LwCaption *caption = captions->pdata[i];
    g_autofree char *start = lw_time_format_ms (caption->start);
    g_autofree char *end = lw_time_format_ms (caption->end);

    g_string_append_printf (vtt, "%s" ARROW "%s\n", start, end);
    append_text (vtt, caption->text);
    g_string_append_c (vtt, '\n');
  }
  return lw_media_write (room, hash, LW_CAPTIONS_NAME, vtt->str, vtt->len, error);
}

/* SubRip's "00:01:02,500 --> 00:01:04,000" with a dot in place of the comma, or NULL. */
static char *
subrip_timing (const char *line)
{
  static GRegex *timing;

  if (g_once_init_enter (&timing)) {
    GRegex *compiled = g_regex_new ("^\\s*(\\d{1,3}:\\d\\d:\\d\\d),(\\d{3})\\s*-->\\s*"
                                    "(\\d{1,3}:\\d\\d:\\d\\d),(\\d{3})\\b.*$",
                                    G_REGEX_OPTIMIZE, 0, NULL);

    g_once_init_leave (&timing, compiled);
  }
  if (!g_regex_match (timing, line, 0, NULL))
    return NULL;
  return g_regex_replace (timing, line, -1, 0, "\\1.\\2" ARROW "\\3.\\4", 0, NULL);
}

static char *
from_subrip (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) vtt = g_string_new ("WEBVTT\n\n");
  guint cues = 0;

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *timing = subrip_timing (g_strchomp (lines[i]));

    cues += timing != NULL;
    g_string_append_printf (vtt, "%s\n", timing != NULL ? timing : lines[i]);
  }
  return cues > 0 ? g_string_free (g_steal_pointer (&vtt), FALSE) : NULL;
}

char *
lw_captions_to_webvtt (const char *text)
{
  if (g_str_has_prefix (text, "\xef\xbb\xbf"))
    text += strlen ("\xef\xbb\xbf");
  if (!g_utf8_validate (text, -1, NULL))
    return NULL;
  if (g_str_has_prefix (text, "WEBVTT") && strchr (" \t\r\n", text[strlen ("WEBVTT")]) != NULL)
    return g_strdup (text);
  return from_subrip (text);
}
