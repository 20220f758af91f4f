/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-whip-offer.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

/* "96 VP8/90000" to its name, "VP8". (transfer full) */
static char *
codec_of (const GstSDPMedia *media, const char *format)
{
  for (guint i = 0; i < gst_sdp_media_attributes_len (media); i++) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, i);
    gsize length = strlen (format);

    if (g_str_equal (attribute->key, "rtpmap") && attribute->value != NULL &&
        g_str_has_prefix (attribute->value, format) && attribute->value[length] == ' ')
      return g_strndup (attribute->value + length + 1,
                        strcspn (attribute->value + length + 1, "/"));
  }
  return NULL;
}

static gboolean
is_taken (const char *media, const char *codec)
{
  return codec != NULL &&
         (g_str_equal (media, "video")
              ? g_ascii_strcasecmp (codec, "VP8") == 0 || g_ascii_strcasecmp (codec, "H264") == 0
              : g_ascii_strcasecmp (codec, "opus") == 0);
}

/* The first that is taken: the sender's own order holds. NULL: none. */
static const char *
choose_format (const GstSDPMedia *media)
{
  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++) {
    const char *format = gst_sdp_media_get_format (media, i);
    g_autofree char *codec = codec_of (media, format);

    if (is_taken (gst_sdp_media_get_media (media), codec))
      return format;
  }
  return NULL;
}

/* What is sent anew of @chosen: "97 apt=96". NULL: nothing. */
static const char *
find_resent (const GstSDPMedia *media, const char *chosen)
{
  g_autofree char *wanted = g_strdup_printf ("apt=%s", chosen);

  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++) {
    const char *format = gst_sdp_media_get_format (media, i);

    for (guint j = 0; j < gst_sdp_media_attributes_len (media); j++) {
      const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, j);
      const char *end = attribute->value != NULL ? strchr (attribute->value, ' ') : NULL;

      if (g_str_equal (attribute->key, "fmtp") && end != NULL && g_str_equal (end + 1, wanted) &&
          strtol (attribute->value, NULL, 10) == strtol (format, NULL, 10))
        return format;
    }
  }
  return NULL;
}

/* Of a format that goes. */
static gboolean
is_about (const GstSDPAttribute *attribute, const char *chosen, const char *resent)
{
  static const char *const about[] = {"rtpmap", "fmtp", "rtcp-fb", NULL};
  g_autofree char *format = NULL;

  if (!g_strv_contains (about, attribute->key) || attribute->value == NULL)
    return TRUE;
  format = g_strndup (attribute->value, strcspn (attribute->value, " "));
  return g_str_equal (format, chosen) || g_str_equal (format, "*") ||
         g_strcmp0 (format, resent) == 0;
}

static void
keep_only (GstSDPMedia *media, const char *lent_chosen, const char *lent_resent)
{
  g_autofree char *chosen = g_strdup (lent_chosen);
  g_autofree char *resent = g_strdup (lent_resent);

  for (guint i = gst_sdp_media_attributes_len (media); i-- > 0;)
    if (!is_about (gst_sdp_media_get_attribute (media, i), chosen, resent))
      gst_sdp_media_remove_attribute (media, i);
  for (guint i = gst_sdp_media_formats_len (media); i-- > 0;) {
    const char *format = gst_sdp_media_get_format (media, i);

    if (!g_str_equal (format, chosen) && g_strcmp0 (format, resent) != 0)
      gst_sdp_media_remove_format (media, i);
  }
}

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, sentence);
  return FALSE;
}

/* @seen: which kinds there were. */
static gboolean
choose (GstSDPMedia *media, guint *seen, GError **error)
{
  const char *kind = gst_sdp_media_get_media (media);
  gboolean is_video = g_strcmp0 (kind, "video") == 0;
  guint bit = is_video ? LW_WHIP_OFFERS_VIDEO : LW_WHIP_OFFERS_AUDIO;
  const char *format;

  if (!is_video && g_strcmp0 (kind, "audio") != 0)
    return refuse (error, "Only one picture and one sound can be sent here, and no data.");
  if (*seen & bit)
    return refuse (error, "Only one picture and one sound can be sent here.");
  *seen |= bit;
  format = choose_format (media);
  if (format == NULL)
    return refuse (error, is_video
                              ? "The picture is neither VP8 nor H.264, so it cannot be shown. "
                                "Choose one of those in the program that sends it."
                              : "The sound is not Opus, so it cannot be heard. Choose that in the "
                                "program that sends it.");
  keep_only (media, format, find_resent (media, format));
  return TRUE;
}

GstSDPMessage *
lw_whip_offer_read (const char *text, guint *ret_offers, GError **error)
{
  GstSDPMessage *message = NULL;
  guint n;

  *ret_offers = 0;
  if (gst_sdp_message_new_from_text (text, &message) != GST_SDP_OK || message == NULL) {
    refuse (error, "This is no offer in SDP.");
    return NULL;
  }
  n = gst_sdp_message_medias_len (message);
  for (guint i = 0; i < n; i++) {
    GstSDPMedia *media = (GstSDPMedia *)gst_sdp_message_get_media (message, i);

    if (!choose (media, ret_offers, error)) {
      gst_sdp_message_free (message);
      return NULL;
    }
  }
  if (n == 0 || strstr (text, "a=fingerprint:") == NULL || strstr (text, "a=ice-ufrag:") == NULL) {
    gst_sdp_message_free (message);
    refuse (error, "The offer lacks what a connection needs: pictures or sound, and its keys.");
    return NULL;
  }
  return message;
}
