/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "media-fixture.h"

#include <string.h>

static LwProbe *
probe_of (const char *name)
{
  g_autofree char *path = media_fixture_path (name);
  g_autoptr (GError) error = NULL;
  LwProbe *probe = lw_media_probe (path, NULL, &error);

  g_assert_no_error (error);
  return probe;
}

typedef struct {
  const char *name, *video, *audio; /* codecs; NULL: none of the kind */
} Case;

static const Case cases[] = {
    {"plain.mp4", "h264", "aac"},
    {"plain.mov", "h264", "aac"},
    {"plain.mkv", "h264", "aac"},
    {"plain.ts", "h264", "aac"},
    {"plain.avi", "mpeg4", "mp3"},
    {"vp8.webm", "vp8", "vorbis"},
    {"vp9.webm", "vp9", "opus"},
    {"hevc.mp4", "hevc", "aac"},
    {"hevc.mkv", "hevc", "aac"},
    {"av1.mp4", "av1", NULL},
    {"av1.mkv", "av1", NULL},
    {"video-only.mp4", "h264", NULL},
    {"sound.mp3", NULL, "mp3"},
    {"sound.m4a", NULL, "aac"},
    {"sound.ogg", NULL, "vorbis"},
    {"sound.opus", NULL, "opus"},
    {"sound.flac", NULL, "flac"},
    {"sound.wav", NULL, "pcm_s16le"},
    {"sound-24.mkv", NULL, "pcm_s24le"},
    {"cover.mp3", NULL, "mp3"},
};

static void
test_codecs_size_and_length_are_told (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (LwProbe) probe = NULL;
  const LwStreamInfo *video, *audio;
  LwTime expected = g_str_has_prefix (c->name, "av1") ? 2 * LW_SECOND : 4 * LW_SECOND;

  if (!media_fixture_exists (c->name))
    return;
  /* Its first picture comes this long after its clock begins, and a player counts that. */
  if (g_str_has_suffix (c->name, ".ts"))
    expected += 745 * LW_MSECOND;
  probe = probe_of (c->name);
  video = lw_probe_get_video (probe);
  audio = lw_probe_get_audio (probe);
  g_assert_cmpstr (video != NULL ? video->codec : NULL, ==, c->video);
  g_assert_cmpstr (audio != NULL ? audio->codec : NULL, ==, c->audio);
  if (video != NULL) {
    g_assert_cmpuint (video->width, ==, 320);
    g_assert_cmpuint (video->height, ==, 180);
    g_assert_cmpint (video->rotation, ==, 0);
  } else {
    g_assert_cmpuint (probe->frames->len, ==, 0);
  }
  if (audio != NULL) {
    g_assert_cmpuint (audio->sample_rate, ==, 48000);
    g_assert_cmpuint (audio->channels, ==, 1);
  }
  g_assert_cmpint (ABS (probe->duration - expected), <, LW_SECOND / 10);
  g_assert_false (probe->is_truncated);
}

static void
test_the_header_facts_of_an_mp4 (void)
{
  g_autoptr (LwProbe) probe = probe_of ("plain.mp4");
  g_autoptr (GDateTime) made = NULL;
  g_autofree char *text = NULL;
  const LwStreamInfo *video = lw_probe_get_video (probe);

  g_assert_cmpstr (probe->container, ==, "mov,mp4,m4a,3gp,3g2,mj2");
  g_assert_cmpstr (lw_probe_get_audio (probe)->language, ==, "spa");
  g_assert_cmpstr (video->language, ==, "");
  g_assert_cmpuint (video->fps_num, ==, 30000);
  g_assert_cmpuint (video->fps_den, ==, 1001);
  g_assert_false (video->is_vfr);
  g_assert_true (video->is_default);
  made = g_date_time_new_from_unix_utc (probe->created_utc_us / G_USEC_PER_SEC);
  text = g_date_time_format_iso8601 (made);
  g_assert_cmpstr (text, ==, "2024-05-06T07:08:09Z");
}

static void
test_no_creation_time_is_no_date_of_1970 (void)
{
  g_autoptr (LwProbe) probe = probe_of ("plain.avi");

  g_assert_cmpint (probe->created_utc_us, ==, 0);
}

static void
test_a_telephone_held_upright_is_turned (void)
{
  g_autoptr (LwProbe) probe = probe_of ("rotated.mp4");

  g_assert_cmpint (lw_probe_get_video (probe)->rotation, ==, 90);
  g_assert_cmpuint (lw_probe_get_video (probe)->width, ==, 320);
}

static void
test_pixels_need_not_be_square (void)
{
  g_autoptr (LwProbe) probe = probe_of ("wide.mkv");

  g_assert_cmpuint (lw_probe_get_video (probe)->par_num, ==, 4);
  g_assert_cmpuint (lw_probe_get_video (probe)->par_den, ==, 3);
}

static void
test_a_varying_rate_is_noticed (void)
{
  static const char *const names[] = {"vfr.mp4", "vfr.webm", "jump.mkv"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (LwProbe) probe = probe_of (names[i]);

    g_assert_true (lw_probe_get_video (probe)->is_vfr);
  }
}

static void
test_a_browser_recording_without_length_has_one (void)
{
  g_autoptr (LwProbe) probe = probe_of ("live.webm");

  g_assert_cmpint (ABS (probe->duration - 4 * LW_SECOND), <, LW_SECOND / 10);
  g_assert_cmpuint (probe->frames->len, ==, 120);
}

static void
test_a_hundred_hours_do_not_overflow (void)
{
  g_autoptr (LwProbe) probe = probe_of ("hundred-hours.mkv");

  g_assert_cmpuint (probe->frames->len, ==, 120);
  g_assert_cmpint (probe->duration, <, 5 * LW_SECOND);
}

static void
test_chapters_have_titles_and_times (void)
{
  static const char *const names[] = {"captions.mp4", "captions.mkv"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (LwProbe) probe = probe_of (names[i]);
    const LwChapter *second;

    g_assert_cmpuint (probe->chapters->len, ==, 2);
    second = g_ptr_array_index (probe->chapters, 1);
    g_assert_cmpstr (second->title, ==, "Разговор");
    g_assert_cmpint (second->start, ==, 1500 * LW_MSECOND);
    g_assert_cmpint (second->end, ==, 4000 * LW_MSECOND);
  }
}

static void
test_captions_of_every_text_format_are_read_in_full (void)
{
  static const char *const names[] = {"captions.mp4", "captions.mkv", "captions-ass.mkv",
                                      "captions.webm"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (LwProbe) probe = probe_of (names[i]);
    const LwCaption *first, *second;

    g_test_message ("%s", names[i]);
    g_assert_cmpuint (probe->captions->len, ==, 2);
    first = g_ptr_array_index (probe->captions, 0);
    second = g_ptr_array_index (probe->captions, 1);
    g_assert_cmpstr (first->text, ==, "Why do you think so?");
    /* ffmpeg moves all of an MKV by the 21 ms that its AAC begins early. */
    g_assert_cmpint (first->start - 500 * LW_MSECOND, >=, 0);
    g_assert_cmpint (first->start - 500 * LW_MSECOND, <=, 21 * LW_MSECOND);
    g_assert_cmpint (first->end - first->start, ==, 750 * LW_MSECOND);
    g_assert_true (g_str_has_prefix (second->text, "¿Por qué?"));
    g_assert_true (g_str_has_suffix (second->text, "\nBecause three is less."));
    g_assert_cmpint (second->start - first->start, ==, 1000 * LW_MSECOND);
  }
}

static void
test_the_language_of_captions_is_told (void)
{
  g_autoptr (LwProbe) probe = probe_of ("captions.mkv");
  const LwStreamInfo *captions = g_ptr_array_index (probe->streams, 2);

  g_assert_cmpint (captions->kind, ==, LW_STREAM_CAPTIONS);
  g_assert_cmpstr (captions->language, ==, "eng");
}

static void
test_a_cover_picture_is_no_film (void)
{
  g_autoptr (LwProbe) probe = probe_of ("cover.mp3");

  g_assert_null (lw_probe_get_video (probe));
  g_assert_cmpuint (probe->streams->len, ==, 2);
}

static void
store_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

static void
test_reading_goes_on_in_the_background (void)
{
  /* The callback comes in the caller's own context, here one that is not the default. */
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autofree char *path = media_fixture_path ("plain.mp4");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (LwProbe) probe = NULL;
  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (context);
  lw_media_probe_async (path, NULL, store_result, &result);
  g_assert_null (result);
  while (result == NULL)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);
  probe = lw_media_probe_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (probe->frames->len, ==, 120);
}

int
main (int argc, char **argv)
{
  media_fixture_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *name = g_strconcat ("/media-facts/", cases[i].name, NULL);

    g_test_add_data_func (name, &cases[i], test_codecs_size_and_length_are_told);
  }
  g_test_add_func ("/media-facts/header", test_the_header_facts_of_an_mp4);
  g_test_add_func ("/media-facts/no-date", test_no_creation_time_is_no_date_of_1970);
  g_test_add_func ("/media-facts/rotation", test_a_telephone_held_upright_is_turned);
  g_test_add_func ("/media-facts/pixel-aspect", test_pixels_need_not_be_square);
  g_test_add_func ("/media-facts/vfr", test_a_varying_rate_is_noticed);
  g_test_add_func ("/media-facts/live", test_a_browser_recording_without_length_has_one);
  g_test_add_func ("/media-facts/hundred-hours", test_a_hundred_hours_do_not_overflow);
  g_test_add_func ("/media-facts/chapters", test_chapters_have_titles_and_times);
  g_test_add_func ("/media-facts/captions", test_captions_of_every_text_format_are_read_in_full);
  g_test_add_func ("/media-facts/caption-language", test_the_language_of_captions_is_told);
  g_test_add_func ("/media-facts/cover", test_a_cover_picture_is_no_film);
  g_test_add_func ("/media-facts/async", test_reading_goes_on_in_the_background);
  return media_fixture_finish (g_test_run ());
}
