/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-media-pictures.h"

#include <json-c/json.h>
#include <string.h>
#include <unistd.h>

#include "lw-ffmpeg.h"
#include "lw-json.h"
#include "lw-media-make.h"
#include "lw-media.h"

#define STRIP_HEIGHT 90
#define STRIP_COLUMNS 10
#define STRIP_EVERY (5 * LW_SECOND)
#define STRIP_MIN 10
#define STRIP_MAX 300
#define PEAKS_MAX 4000
#define STEP_MIN (20 * LW_MSECOND)
#define CPU_MAX_S 120
#define OUTPUT_MAX ((guint64)64 << 20)

/* The workers report to a main context; each call here has one of its own. */
typedef struct {
  GMainContext *context;
  GAsyncResult *result;
} Wait;

static void
wait_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Wait *wait = data;

  wait->result = g_object_ref (result);
}

static void
wait_begin (Wait *wait)
{
  wait->context = g_main_context_new ();
  wait->result = NULL;
  g_main_context_push_thread_default (wait->context);
}

static GAsyncResult *
wait_end (Wait *wait)
{
  while (wait->result == NULL)
    g_main_context_iteration (wait->context, TRUE);
  g_main_context_pop_thread_default (wait->context);
  g_main_context_unref (wait->context);
  return wait->result;
}

static gboolean
write_json (
    LwRoom *room, const LwContentHash *hash, const char *name, json_object *json, GError **error)
{
  size_t length;
  const char *text = json_object_to_json_string_length (json, JSON_C_TO_STRING_PLAIN, &length);

  return lw_media_write (room, hash, name, text, length, error);
}

gboolean
lw_media_make_poster (const char *source,
                      const char *folder,
                      LwTime duration,
                      GCancellable *cancellable,
                      GError **error)
{
  /* Not the first picture, which tends to be a hand at the camera. */
  LwTime at = duration != LW_TIME_NONE ? duration / 10 : 0;
  g_autofree char *from = g_strdup_printf ("%" G_GINT64_FORMAT "us", (gint64)(at / LW_USECOND));
  const char *const arguments[] = {"-ss",
                                   from,
                                   "-i",
                                   "@in",
                                   "-frames:v",
                                   "1",
                                   "-vf",
                                   "scale='min(1280,iw)':-2",
                                   "-q:v",
                                   "3",
                                   "-map_metadata",
                                   "-1",
                                   "@out/" LW_POSTER_NAME,
                                   NULL};
  const LwFfmpegJob job = {.input = source,
                           .folder = folder,
                           .arguments = arguments,
                           .cpu_max_s = CPU_MAX_S,
                           .output_max_bytes = OUTPUT_MAX};

  return lw_ffmpeg_run (&job, cancellable, error);
}

/* ---- filmstrip ---- */

static gboolean
encode_strip (const LwFilmstrip *strip,
              const char *folder,
              GCancellable *cancellable,
              GError **error)
{
  g_autofree char *pixels = g_build_filename (folder, "pixels", NULL);
  g_autofree char *size = g_strdup_printf ("%ux%u", strip->width, strip->height);
  guint columns = MIN (STRIP_COLUMNS, strip->count);
  g_autofree char *tile =
      g_strdup_printf ("tile=%ux%u", columns, (strip->count + columns - 1) / columns);
  const char *const arguments[] = {
      "-f",        "rawvideo", "-pix_fmt", "rgba", "-s",
      size,        "-i",       "@in",      "-vf",  tile,
      "-frames:v", "1",        "-q:v",     "4",    "@out/" LW_FILMSTRIP_NAME,
      NULL};
  const LwFfmpegJob job = {.input = pixels,
                           .folder = folder,
                           .arguments = arguments,
                           .cpu_max_s = CPU_MAX_S,
                           .output_max_bytes = OUTPUT_MAX};
  gsize length;
  const char *bytes = g_bytes_get_data (strip->pixels, &length);
  gboolean ok = g_file_set_contents_full (pixels, bytes, (gssize)length, G_FILE_SET_CONTENTS_NONE,
                                          0600, error) &&
                lw_ffmpeg_run (&job, cancellable, error);

  unlink (pixels);
  return ok;
}

static json_object *
strip_to_json (const LwFilmstrip *strip)
{
  json_object *json = json_object_new_object ();
  json_object *times = json_object_new_array ();

  lw_json_add_int (json, "columns", MIN (STRIP_COLUMNS, strip->count));
  lw_json_add_int (json, "width", strip->width);
  lw_json_add_int (json, "height", strip->height);
  for (guint i = 0; i < strip->count; i++)
    json_object_array_add (times, json_object_new_int64 (strip->times[i]));
  json_object_object_add (json, "times", times);
  return json;
}

gboolean
lw_media_make_filmstrip (LwRoom *room,
                         const LwContentHash *hash,
                         const char *source,
                         const char *folder,
                         LwTime duration,
                         GCancellable *cancellable,
                         GError **error)
{
  guint count = duration != LW_TIME_NONE
                    ? (guint)CLAMP (duration / STRIP_EVERY, STRIP_MIN, STRIP_MAX)
                    : STRIP_MIN;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (LwFilmstrip) strip = NULL;
  g_autoptr (json_object) json = NULL;
  Wait wait;

  wait_begin (&wait);
  lw_media_filmstrip_async (source, NULL, count, STRIP_HEIGHT, NULL, NULL, cancellable, wait_done,
                            &wait);
  result = wait_end (&wait);
  strip = lw_media_filmstrip_finish (result, error);
  if (strip == NULL || !encode_strip (strip, folder, cancellable, error))
    return FALSE;
  json = strip_to_json (strip);
  return write_json (room, hash, LW_FILMSTRIP_FACTS_NAME, json, error);
}

/* ---- waveform ---- */

gboolean
lw_media_make_waveform (LwRoom *room,
                        const LwContentHash *hash,
                        const char *source,
                        LwTime duration,
                        GCancellable *cancellable,
                        GError **error)
{
  LwTime step = duration != LW_TIME_NONE ? MAX (duration / PEAKS_MAX, STEP_MIN) : LW_SECOND / 2;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (LwWaveform) wave = NULL;
  g_autoptr (json_object) json = json_object_new_object ();
  json_object *peaks = json_object_new_array ();
  Wait wait;

  json_object_object_add (json, "peaks", peaks);
  wait_begin (&wait);
  lw_media_waveform_async (source, NULL, step, NULL, NULL, cancellable, wait_done, &wait);
  result = wait_end (&wait);
  wave = lw_media_waveform_finish (result, error);
  if (wave == NULL)
    return FALSE;
  lw_json_add_int (json, "step", wave->step);
  for (guint i = 0; i < 2 * wave->count; i++)
    json_object_array_add (peaks, json_object_new_int (wave->min_max[i]));
  return write_json (room, hash, LW_WAVEFORM_NAME, json, error);
}

/* ---- frames ---- */

/* How many frames from @first on lie on one line to a nanosecond, which is what rounding takes. */
static guint
run_length (const GArray *frames, guint first)
{
  double origin = (double)g_array_index (frames, LwTime, first), least = 0, greatest = G_MAXDOUBLE;
  guint count = 1;

  for (; first + count < frames->len; count++) {
    double distance = (double)g_array_index (frames, LwTime, first + count) - origin;
    double low = MAX (least, (distance - 1) / count);
    double high = MIN (greatest, (distance + 1) / count);

    if (low > high)
      break;
    least = low;
    greatest = high;
  }
  return count;
}

gboolean
lw_media_write_frames (LwRoom *room,
                       const LwContentHash *hash,
                       const GArray *frames,
                       GError **error)
{
  g_autoptr (json_object) json = json_object_new_object ();
  json_object *runs = json_object_new_array ();

  json_object_object_add (json, "runs", runs);
  for (guint first = 0, count; first < frames->len; first += count) {
    json_object *run = json_object_new_array ();

    count = run_length (frames, first);
    json_object_array_add (run, json_object_new_int64 (g_array_index (frames, LwTime, first)));
    json_object_array_add (
        run, json_object_new_int64 (g_array_index (frames, LwTime, first + count - 1)));
    json_object_array_add (run, json_object_new_int64 (count));
    json_object_array_add (runs, run);
  }
  return write_json (room, hash, LW_FRAMES_NAME, json, error);
}
