/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The text inside a cue: tags, voices and character references, there and back. */

#include <string.h>

#include "lw-webvtt-scan.h"

void
lw_vtt_voice_clear (LwVttVoice *voice)
{
  g_clear_pointer (&voice->name, g_free);
  g_clear_pointer (&voice->classes, g_strfreev);
}

/* ---- character references ---- */

static const struct {
  const char *name;
  const char *text;
} named[] = {
    {"amp;", "&"},
    {"lt;", "<"},
    {"gt;", ">"},
    {"quot;", "\""},
    {"apos;", "'"},
    {"nbsp;", "\xc2\xa0"},
    {"lrm;", "\xe2\x80\x8e"},
    {"rlm;", "\xe2\x80\x8f"},
};

/* @at: behind "&#". NULL if it is no reference. */
static const char *
append_numbered (GString *out, const char *at)
{
  const char *digits = at + (*at == 'x' || *at == 'X');
  gboolean is_hex = digits != at;
  guint32 code = 0;
  const char *p;

  for (p = digits; is_hex ? g_ascii_isxdigit (*p) : g_ascii_isdigit (*p); p++)
    if (code <= 0x10ffff)
      code = code * (is_hex ? 16 : 10) + g_ascii_xdigit_value (*p);
  if (p == digits || *p != ';')
    return NULL;
  if (code == 0 || !g_unichar_validate (code))
    code = 0xfffd;
  g_string_append_unichar (out, code);
  return p + 1;
}

/* @at: an "&". Gives where to go on. */
static const char *
append_reference (GString *out, const char *at)
{
  const char *after = at[1] == '#' ? append_numbered (out, at + 2) : NULL;

  if (after != NULL)
    return after;
  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    if (g_str_has_prefix (at + 1, named[i].name)) {
      g_string_append (out, named[i].text);
      return at + 1 + strlen (named[i].name);
    }
  g_string_append_c (out, '&');
  return at + 1;
}

/* ---- tags ---- */

static char *
annotation_text (const char *begin, const char *end)
{
  g_autofree char *raw = g_strndup (begin, end - begin);
  g_autoptr (GString) text = g_string_new (NULL);
  char *out, *p;

  for (const char *at = raw; *at != '\0';)
    if (*at == '&')
      at = append_reference (text, at);
    else
      g_string_append_c (text, *at++);
  /* As the specification says: each run of white space is one space, none at the ends. */
  out = p = text->str;
  for (const char *at = text->str; *at != '\0'; at++) {
    if (strchr (" \t\n\f\r", *at) == NULL)
      *p++ = *at;
    else if (p > out && p[-1] != ' ')
      *p++ = ' ';
  }
  if (p > out && p[-1] == ' ')
    p--;
  return g_strndup (out, p - out);
}

/* @tag: what is between "<" and ">". FALSE unless it opens a voice span. */
static gboolean
parse_voice (const char *tag, const char *end, LwVttVoice *ret_voice)
{
  const char *p = tag + 1;
  g_autofree char *classes = NULL;

  if (tag == end || *tag != 'v' || (p < end && strchr (". \t\n\f", *p) == NULL))
    return FALSE;
  while (p < end && strchr (" \t\n\f", *p) == NULL)
    p++;
  classes = g_strndup (tag + 1, p - tag - 1);
  ret_voice->classes = g_strsplit (*classes == '.' ? classes + 1 : classes, ".", 0);
  ret_voice->name = annotation_text (p, end);
  return TRUE;
}

char *
lw_vtt_cue_text (const char *payload, gboolean name_voices, LwVttVoice *ret_voice)
{
  GString *text = g_string_new (NULL);
  gboolean found = FALSE;

  for (const char *at = payload; *at != '\0';) {
    if (*at == '&') {
      at = append_reference (text, at);
    } else if (*at == '<') {
      const char *end = at + 1 + strcspn (at + 1, ">");
      g_auto (LwVttVoice) voice = {0};

      if (parse_voice (at + 1, end, &voice)) {
        if (name_voices && *voice.name != '\0')
          g_string_append_printf (text, "%s: ", voice.name);
        if (!found && ret_voice != NULL) {
          *ret_voice = voice;
          voice = (LwVttVoice){0};
        }
        found = TRUE;
      }
      at = *end == '>' ? end + 1 : end;
    } else {
      g_string_append_c (text, *at++);
    }
  }
  if (!found && ret_voice != NULL)
    *ret_voice = (LwVttVoice){g_strdup (""), g_new0 (char *, 1)};
  return g_string_free (text, FALSE);
}

void
lw_vtt_append_escaped (GString *out, const char *text)
{
  for (const char *p = text; *p != '\0'; p++) {
    switch (*p) {
    case '&':
      g_string_append (out, "&amp;");
      break;
    case '<':
      g_string_append (out, "&lt;");
      break;
    case '>':
      g_string_append (out, "&gt;");
      break;
    case '\r':
      g_string_append (out, "&#13;");
      break;
    case '\n':
      /* An empty line would end the cue. */
      if (p == text || p[1] == '\0' || p[1] == '\n' || p[-1] == '\n')
        g_string_append (out, "&#10;");
      else
        g_string_append_c (out, '\n');
      break;
    default:
      g_string_append_c (out, *p);
    }
  }
}
