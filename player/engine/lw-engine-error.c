/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-engine-error.h"

#include <gio/gio.h>
#include <gst/pbutils/pbutils.h>

#include "lw-config.h"

#define _(text) g_dgettext (GETTEXT_PACKAGE, text)

G_DEFINE_QUARK (lw - engine - error, lw_engine_error)

/* "lesson.mp4" of a file, the address of anything else. (transfer full) */
static char *
name_of (const char *uri)
{
  g_autofree char *path = g_filename_from_uri (uri, NULL, NULL);

  return path != NULL ? g_filename_display_basename (path) : g_strdup (uri);
}

const char *
lw_engine_package_for (const char *detail)
{
  static const struct {
    const char *word, *package;
  } packages[] = {
      {"textoverlay", "gstreamer1.0-x"},
      {"video/x-vp8", "gstreamer1.0-plugins-good"},
      {"video/x-vp9", "gstreamer1.0-plugins-good"},
      {"video/x-av1", "gstreamer1.0-plugins-bad"},
      {"audio/x-opus", "gstreamer1.0-plugins-base"},
      {"audio/x-vorbis", "gstreamer1.0-plugins-base"},
      {"video/x-theora", "gstreamer1.0-plugins-base"},
      {"audio/x-flac", "gstreamer1.0-plugins-good"},
      {"mpegversion=(int)1", "gstreamer1.0-plugins-good"},
      {"video/quicktime", "gstreamer1.0-plugins-good"},
      {"video/x-matroska", "gstreamer1.0-plugins-good"},
      {"video/webm", "gstreamer1.0-plugins-good"},
      {"video/x-msvideo", "gstreamer1.0-plugins-good"},
      {"video/x-flv", "gstreamer1.0-plugins-good"},
      {"video/mpegts", "gstreamer1.0-plugins-bad"},
      {"video/x-ms-asf", "gstreamer1.0-plugins-ugly"},
      {"application/x-hls", "gstreamer1.0-plugins-bad"},
      {"urisource-http", "gstreamer1.0-plugins-good"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (packages); i++)
    if (detail != NULL && strstr (detail, packages[i].word) != NULL)
      return packages[i].package;
  return "gstreamer1.0-libav";
}

/* (transfer full): what is missing in words, and *ret_package names where it comes from. */
static char *
describe_missing (GstMessage *missing, const char **ret_package)
{
  g_autofree char *detail = NULL, *text = NULL;

  if (missing == NULL) {
    *ret_package = "gstreamer1.0-libav";
    return g_strdup (_ ("a decoder"));
  }
  detail = gst_missing_plugin_message_get_installer_detail (missing);
  *ret_package = lw_engine_package_for (detail);
  text = gst_missing_plugin_message_get_description (missing);
  return text != NULL ? g_steal_pointer (&text) : g_strdup (_ ("a decoder"));
}

char *
lw_engine_missing_warning (GstMessage *missing)
{
  const char *package;
  g_autofree char *what = describe_missing (missing, &package);

  return g_strdup_printf (
      _ ("A part of this recording cannot be played: this computer has no “%s”. "
         "The rest plays. To get it, install the package %s."),
      what, package);
}

char *
lw_engine_early_end_warning (const char *uri)
{
  g_autofree char *name = name_of (uri);

  return g_strdup_printf (_ ("“%s” ends here, earlier than it says. It may not have been saved to "
                             "its end, or something has changed it. If there is another copy, "
                             "compare them."),
                          name);
}

char *
lw_engine_one_way_warning (const char *uri, gboolean begins_anew)
{
  return g_strdup_printf (
      begins_anew ? _ ("The server of “%s” gives it only from its beginning to its end: one cannot "
                       "jump in it, nor change its speed while it plays. It begins anew. For the "
                       "rest, save it on this computer and open it there.")
                  : _ ("The server of “%s” gives it only from its beginning to its end: one cannot "
                       "jump in it, nor change its speed while it plays. For that, save it on this "
                       "computer and open it there."),
      uri);
}

static GError *
missing_decoder (const char *name, GstMessage *missing)
{
  const char *package;
  g_autofree char *what = describe_missing (missing, &package);

  return g_error_new (LW_ENGINE_ERROR, LW_ENGINE_ERROR_MISSING_DECODER,
                      _ ("“%s” cannot be played yet: this computer has no “%s”. "
                         "Install the package %s, then open the recording again."),
                      name, what, package);
}

GError *
lw_engine_error_stalled (const char *uri)
{
  g_autofree char *name = name_of (uri);

  return g_error_new (
      LW_ENGINE_ERROR, LW_ENGINE_ERROR_STALLED,
      _ ("“%s” stopped and did not come back: nothing has arrived from it for a "
         "while. What you have pinned is kept. Check the drive or the network it comes from, then "
         "open it again."),
      name);
}

GError *
lw_engine_error_stuck (void)
{
  return g_error_new_literal (LW_ENGINE_ERROR, LW_ENGINE_ERROR_STALLED,
                              _ ("The player is stuck in this recording. What you have written is "
                                 "kept. Close the window and "
                                 "open the recording again."));
}

static GError *
not_found (const char *name)
{
  return g_error_new (LW_ENGINE_ERROR, LW_ENGINE_ERROR_NOT_FOUND,
                      _ ("“%s” is not there. It may have been moved or renamed, or its drive is "
                         "not connected. Open it from where it is now."),
                      name);
}

/* A drive that was pulled out, a network folder that is gone, a disk that wears out. */
static GError *
unreadable (const char *name)
{
  return g_error_new (LW_ENGINE_ERROR, LW_ENGINE_ERROR_NOT_FOUND,
                      _ ("“%s” could not be read any further: the drive or network folder that it "
                         "is on may have been disconnected. What you have pinned is kept. Connect "
                         "it, then open the recording again."),
                      name);
}

static GError *
permission (const char *name)
{
  return g_error_new (LW_ENGINE_ERROR, LW_ENGINE_ERROR_PERMISSION,
                      _ ("“%s” may not be read with your account. Ask the person who keeps it to "
                         "let you read it, or copy it to a folder of your own."),
                      name);
}

static GError *
not_media (const char *name)
{
  return g_error_new (LW_ENGINE_ERROR, LW_ENGINE_ERROR_NOT_MEDIA,
                      _ ("“%s” is not a recording: there is no picture or sound in it. Choose the "
                         "video file itself."),
                      name);
}

static GError *
damaged (const char *name, gboolean opened)
{
  const char *format =
      opened
          ? _ ("“%s” is damaged from here on, so playback stopped. What comes before still plays. "
               "If there is another copy, open that one.")
          : _ ("“%s” is damaged or was not saved to its end, and cannot be opened. If there is "
               "another copy, open that one.");

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_error_new (LW_ENGINE_ERROR, LW_ENGINE_ERROR_DAMAGED, format, name);
#pragma GCC diagnostic pop
}

GError *
lw_engine_error_damaged (const char *uri)
{
  g_autofree char *name = name_of (uri);

  return damaged (name, FALSE);
}

static GError *
network (const char *name)
{
  return g_error_new (LW_ENGINE_ERROR, LW_ENGINE_ERROR_NETWORK,
                      _ ("“%s” could not be fetched. What you have pinned in it is kept. Check the "
                         "network and the address, then try again."),
                      name);
}

/* A source that is cut off asks for the rest, which some servers do not give. */
static GError *
no_parts (const char *name)
{
  return g_error_new (LW_ENGINE_ERROR, LW_ENGINE_ERROR_NETWORK,
                      _ ("“%s” could not be fetched: its server broke off, and gives no parts of a "
                         "file. Try again, or save it on this computer and open it there."),
                      name);
}

GError *
lw_engine_error_check_uri (const char *uri)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  if (uri == NULL || !g_uri_is_valid (uri, G_URI_FLAGS_NONE, NULL))
    return not_found (uri != NULL ? uri : "");
  if (g_ascii_strncasecmp (uri, "file:", 5) != 0)
    return NULL;
  name = name_of (uri);
  file = g_file_new_for_uri (uri);
  info = g_file_query_info (file,
                            G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE
                                                           "," G_FILE_ATTRIBUTE_ACCESS_CAN_READ,
                            G_FILE_QUERY_INFO_NONE, NULL, &error);
  if (info == NULL)
    return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED) ? permission (name)
                                                                             : not_found (name);
  /* A pipe or a device would wait for ever. */
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    return not_media (name);
  if (!g_file_info_get_attribute_boolean (info, G_FILE_ATTRIBUTE_ACCESS_CAN_READ))
    return permission (name);
  if (g_file_info_get_size (info) == 0)
    return g_error_new (LW_ENGINE_ERROR, LW_ENGINE_ERROR_NOT_MEDIA,
                        _ ("“%s” is empty: nothing was saved in it. Look for another copy, or "
                           "fetch it again from where it was recorded."),
                        name);
  return NULL;
}

static GError *
from_resource (const GError *gst, const char *name, gboolean is_file, gboolean opened)
{
  switch (gst->code) {
  case GST_RESOURCE_ERROR_NOT_FOUND:
    return is_file ? not_found (name) : network (name);
  case GST_RESOURCE_ERROR_NOT_AUTHORIZED:
    return permission (name);
  case GST_RESOURCE_ERROR_SEEK:
    return is_file ? damaged (name, opened) : no_parts (name);
  case GST_RESOURCE_ERROR_READ:
    return is_file ? unreadable (name) : network (name);
  case GST_RESOURCE_ERROR_OPEN_READ:
    return is_file ? damaged (name, opened) : network (name);
  default:
    return is_file ? NULL : network (name);
  }
}

static GError *
from_stream (
    const GError *gst, const char *name, GstMessage *missing, gboolean is_file, gboolean opened)
{
  switch (gst->code) {
  case GST_STREAM_ERROR_TYPE_NOT_FOUND:
  case GST_STREAM_ERROR_WRONG_TYPE:
    return missing != NULL ? missing_decoder (name, missing) : not_media (name);
  case GST_STREAM_ERROR_CODEC_NOT_FOUND:
    return missing_decoder (name, missing);
  case GST_STREAM_ERROR_FAILED:
    /* The source says nothing better when no server is there. */
    return is_file || opened ? damaged (name, opened) : network (name);
  default:
    return damaged (name, opened);
  }
}

GError *
lw_engine_error_from_message (GstMessage *message,
                              const char *uri,
                              GstMessage *missing,
                              gboolean opened)
{
  g_autoptr (GError) gst = NULL;
  g_autofree char *debug = NULL, *name = name_of (uri);
  gboolean is_file = g_ascii_strncasecmp (uri, "file:", 5) == 0;
  GError *error = NULL;

  gst_message_parse_error (message, &gst, &debug);
  g_debug ("%s: %s (%s)", GST_MESSAGE_SRC_NAME (message), gst->message, debug);
  if (gst->domain == GST_RESOURCE_ERROR)
    error = from_resource (gst, name, is_file, opened);
  else if (gst->domain == GST_STREAM_ERROR)
    error = from_stream (gst, name, missing, is_file, opened);
  else if (gst->domain == GST_CORE_ERROR && gst->code == GST_CORE_ERROR_MISSING_PLUGIN)
    error = missing_decoder (name, missing);
  if (error != NULL)
    return error;
  return g_error_new (LW_ENGINE_ERROR, LW_ENGINE_ERROR_INTERNAL,
                      _ ("“%s” stopped playing for a reason that the player does not know (%s). "
                         "Open it again; if it stops again, try another copy."),
                      name, gst->message);
}
