/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One live source: the thread that hears its receiver, from its opening until it is a lesson. */

#include "lw-live-address.h"
#include "lw-receive-private.h"

#define AGAIN_FIRST_MS 200
#define AGAIN_MOST_MS 2000
#define FINISH_AGAIN_MS 30000
/* A run that lasted so long began well. */
#define GOOD_RUN_US (2 * G_USEC_PER_SEC)

/* ---- one run ---- */

LwLiveRun *
lw_live_run_ref (LwLiveRun *run)
{
  g_atomic_ref_count_inc (&run->refs);
  return run;
}

void
lw_live_run_unref (LwLiveRun *run)
{
  if (!g_atomic_ref_count_dec (&run->refs))
    return;
  g_free (run->kind);
  g_free (run->title);
  g_free (run->address);
  g_free (run->folder);
  g_free (run->trouble);
  g_clear_pointer (&run->process, lw_receiver_process_unref);
  lw_hls_free (run->hls);
  lw_recording_free (run->recording);
  g_object_unref (run->cancel);
  g_clear_pointer (&run->pending, g_bytes_unref);
  g_free (run->pending_type);
  g_ptr_array_unref (run->viewers);
  g_ptr_array_unref (run->recent);
  g_clear_pointer (&run->init, g_bytes_unref);
  g_free (run);
}

static gboolean
is_over (LwLiveRun *run)
{
  gboolean over;

  g_mutex_lock (&run->owner->mutex);
  over = run->stopping || run->dropped;
  g_mutex_unlock (&run->owner->mutex);
  return over;
}

/* Whether a receiver is to run. */
static gboolean
is_wanted (LwLiveRun *run)
{
  gboolean wanted;

  g_mutex_lock (&run->owner->mutex);
  wanted = run->stage == LW_LIVE_OPEN && !run->ending && !run->stopping && !run->dropped;
  g_mutex_unlock (&run->owner->mutex);
  return wanted;
}

/* Until something changes, or for so long. */
static void
rest (LwLiveRun *run, guint ms)
{
  gint64 until = g_get_monotonic_time () + ms * G_TIME_SPAN_MILLISECOND;

  g_mutex_lock (&run->owner->mutex);
  while (!run->stopping && !run->dropped && (!run->ending || run->stage != LW_LIVE_OPEN) &&
         g_cond_wait_until (&run->owner->changed, &run->owner->mutex, until))
    ;
  g_mutex_unlock (&run->owner->mutex);
}

/* @trouble: (nullable): a sentence for people; NULL: none (any more) */
static void
set_trouble (LwLiveRun *run, const char *trouble)
{
  gboolean changed;

  g_mutex_lock (&run->owner->mutex);
  changed = g_strcmp0 (run->trouble, trouble) != 0;
  if (changed) {
    g_free (run->trouble);
    run->trouble = g_strdup (trouble);
  }
  g_mutex_unlock (&run->owner->mutex);
  if (changed)
    lw_watch_tell_state (run);
}

static void
set_state (LwLiveRun *run, LwReceiverState state, gint64 since_us)
{
  g_mutex_lock (&run->owner->mutex);
  run->state = state;
  run->since_us = since_us;
  g_mutex_unlock (&run->owner->mutex);
  lw_watch_tell_state (run);
}

/* ---- what the receiver says ---- */

static void
hear_init (
    const char *type, guint width, guint height, GBytes *init, GBytes *message, gpointer data)
{
  LwLiveRun *run = data;

  g_clear_pointer (&run->pending, g_bytes_unref);
  g_free (run->pending_type);
  run->pending = g_bytes_ref (init);
  run->pending_type = g_strdup (type);
  run->pending_width = width;
  run->pending_height = height;
  lw_watch_tell (run, message, FALSE);
}

static gboolean
put_segment (LwLiveRun *run, GError **error)
{
  g_autoptr (LwSegment) segment = lw_segment_new (&(LwSegment){.id = run->segment_id,
                                                               .visit_id = run->visit_id,
                                                               .title = run->title,
                                                               .duration = LW_TIME_NONE,
                                                               .started_utc_us = run->origin_us},
                                                  error);

  return segment != NULL && lw_store_put_segment (run->owner->room->store, segment, error);
}

/* The lesson takes its place in the walk. */
static gboolean
begin_segment (LwLiveRun *run, gint64 origin_us, GError **error)
{
  LwId id = lw_id_new ();

  if (!lw_live_sources_set_begun (run->owner->room->ledger, &run->id, &id, origin_us, error))
    return FALSE;
  g_mutex_lock (&run->owner->mutex);
  run->segment_id = id;
  run->origin_us = origin_us;
  g_mutex_unlock (&run->owner->mutex);
  run->ensured = put_segment (run, error);
  return run->ensured;
}

/* The ledger knew of it, the store perhaps not: the room was killed between the two. */
static gboolean
ensure_segment (LwLiveRun *run, gint64 origin_us, GError **error)
{
  LwRoom *room = run->owner->room;
  g_autoptr (LwSegment) segment = NULL;

  if (lw_id_is_none (&run->segment_id))
    return begin_segment (run, origin_us, error);
  if (run->ensured)
    return TRUE;
  segment = lw_store_get_segment (room->store, &run->segment_id, NULL);
  run->ensured = segment != NULL || put_segment (run, error);
  return run->ensured;
}

/* Where its receiver looks for it. (transfer full) */
static char *
make_address (LwLiveRun *run)
{
  char *address;

  if (g_str_equal (run->kind, "rtmp"))
    return lw_rtmp_play_address (run->owner, &run->id);
  if (g_str_equal (run->kind, "whip"))
    return lw_whip_settings (run->owner);
  g_mutex_lock (&run->owner->mutex);
  address = g_strdup (run->address);
  g_mutex_unlock (&run->owner->mutex);
  return address;
}

/* Why nothing comes: for who fetches a lesson that is more than one's patience. */
static void
hear_words (LwLiveRun *run, LwReceiverState state, const char *words)
{
  g_autofree char *address = make_address (run);
  g_autofree char *sentence = NULL;

  g_message ("A live lesson: %s", words);
  if (state == LW_RECEIVER_LIVE || state == LW_RECEIVER_ENDED || g_str_equal (run->kind, "rtmp") ||
      g_str_equal (run->kind, "whip") || lw_live_address_get_port (address) != 0)
    return;
  sentence = g_strdup_printf ("The room gets no picture from that address (%s). It goes on trying. "
                              "Check the address, and that what sends is on.",
                              words);
  set_trouble (run, sentence);
}

static void
hear_state (LwReceiverState state, gint64 since_us, const char *words, gpointer data)
{
  LwLiveRun *run = data;
  g_autoptr (GError) error = NULL;

  if (*words != '\0')
    hear_words (run, state, words);
  /* Who hears that it is live finds it in the walk. */
  if (state == LW_RECEIVER_LIVE && !ensure_segment (run, since_us, &error))
    g_warning ("A live lesson has no place in its walk: %s", error->message);
  /* It ends when what came has become a lesson; until then it is just not live. */
  if (state != LW_RECEIVER_ENDED)
    set_state (run, state, state == run->state ? run->since_us : since_us);
}

/* On the disk, or told why not. A part whose beginning the disk did not take begins when it does.
 */
static gboolean
record (LwLiveRun *run, LwTime start, LwTime end, gboolean is_key, GBytes *bytes, GError **error)
{
  gsize length;
  gconstpointer content = g_bytes_get_data (bytes, &length);
  LwTime before = lw_recording_get_end (run->recording);

  if (run->pending != NULL) {
    if (!lw_recording_begin_part (run->recording, run->pending_type, run->pending_width,
                                  run->pending_height, run->pending, error))
      return FALSE;
    g_clear_pointer (&run->pending, g_bytes_unref);
  }
  if (!lw_recording_add (run->recording, content, length, is_key, start, end, error))
    return FALSE;
  if (start - before >= LW_LIVE_GAP_LEAST)
    lw_watch_tell_state (run);
  return TRUE;
}

static void
hear_fragment (
    LwTime start, LwTime end, gboolean is_key, GBytes *bytes, GBytes *message, gpointer data)
{
  LwLiveRun *run = data;
  g_autoptr (GError) error = NULL;

  if (is_over (run))
    return;
  if (!ensure_segment (run, g_get_real_time () - start / LW_USECOND, &error)) {
    g_warning ("A live lesson has no place in its walk: %s", error->message);
    set_trouble (run,
                 "The room cannot keep this lesson at the moment. Tell whoever runs the room.");
    return;
  }
  if (!run->lost || is_key)
    run->lost = !record (run, start, end, is_key, bytes, &error);
  if (error != NULL) {
    g_debug ("A fragment of a live lesson is lost: %s", error->message);
    set_trouble (run, "The room's disk is full: what you see now is not recorded. What came before "
                      "is kept. Tell whoever runs the room.");
  } else if (!run->lost) {
    set_trouble (run, NULL);
  }
  lw_watch_tell (run, message, is_key);
}

static void
hear_clock (LwTime media, gint64 wall_us, guint uncertainty_ms, LwClockMethod method, gpointer data)
{
  LwLiveRun *run = data;
  LwClockRecord record = {media, wall_us, method, uncertainty_ms};
  g_autoptr (GError) error = NULL;

  g_mutex_lock (&run->owner->mutex);
  run->clock = record;
  run->has_clock = TRUE;
  g_mutex_unlock (&run->owner->mutex);
  if (!ensure_segment (run, wall_us - media / LW_USECOND, &error) ||
      !lw_clock_records_add (run->owner->room->ledger, &run->segment_id, &record, &error))
    g_warning ("The clock of a live lesson is not kept: %s", error->message);
  lw_watch_tell_state (run);
}

static void
hear_answer (guint32 number, LwReceiverAnswer how, const char *text, gpointer data)
{
  lw_whip_take_answer (data, number, how, text);
}

/* ---- its thread ---- */

static gboolean
receive_once (LwLiveRun *run)
{
  static const LwReceiverEvents events = {hear_state, hear_init, hear_fragment, hear_clock,
                                          hear_answer};
  g_autofree char *address = make_address (run);
  g_auto (GStrv) reach = lw_live_address_get_reach (run->owner->room->config, run->kind, address);
  LwReceiverJob job = {.kind = run->kind,
                       .address = address,
                       .reach = reach,
                       .origin_us = run->origin_us,
                       .end = lw_recording_get_end (run->recording)};
  g_autoptr (GError) error = NULL;
  LwReceiverProcess *process = lw_receiver_process_new (&job, &error);
  gboolean ended;

  if (process == NULL) {
    g_warning ("A live lesson cannot be taken in: %s", error->message);
    set_trouble (run, "The room cannot take live lessons in at the moment. Tell whoever runs it.");
    return FALSE;
  }
  g_mutex_lock (&run->owner->mutex);
  run->process = process;
  /* Told in the meantime: nobody could tell it. */
  if (run->ending || run->stopping || run->dropped)
    lw_receiver_process_end (process);
  g_cond_broadcast (&run->owner->changed);
  g_mutex_unlock (&run->owner->mutex);
  ended = lw_receiver_process_run (process, &events, run);
  lw_recording_sync (run->recording, NULL);
  g_mutex_lock (&run->owner->mutex);
  run->process = NULL;
  run->sending = 0;
  g_mutex_unlock (&run->owner->mutex);
  lw_receiver_process_unref (process);
  return ended;
}

static void
receive (LwLiveRun *run)
{
  guint pause_ms = AGAIN_FIRST_MS;

  while (is_wanted (run)) {
    gint64 begun_us = g_get_monotonic_time ();

    if (receive_once (run) || !is_wanted (run))
      continue;
    if (run->state == LW_RECEIVER_LIVE)
      set_state (run, LW_RECEIVER_INTERRUPTED, g_get_real_time ());
    g_message ("The receiver of a live lesson ended by itself, and is started anew.");
    /* What comes in the meantime is lost: only one that dies again and again is waited with. */
    if (g_get_monotonic_time () - begun_us > GOOD_RUN_US) {
      pause_ms = AGAIN_FIRST_MS;
      continue;
    }
    rest (run, pause_ms);
    pause_ms = MIN (2 * pause_ms, AGAIN_MOST_MS);
  }
}

static void
set_stage (LwLiveRun *run, LwLiveStage stage)
{
  g_autoptr (GError) error = NULL;

  while (!is_over (run) &&
         !lw_live_sources_set_stage (run->owner->room->ledger, &run->id, stage, &error)) {
    g_warning ("The end of a live lesson is not kept yet: %s", error->message);
    g_clear_error (&error);
    rest (run, AGAIN_MOST_MS);
  }
  g_mutex_lock (&run->owner->mutex);
  if (!run->stopping && !run->dropped) {
    run->stage = stage;
    /* With its passwords: what is over has no use for them. */
    g_free (run->address);
    run->address = g_strdup ("");
  }
  g_mutex_unlock (&run->owner->mutex);
}

gpointer
lw_live_run_work (gpointer data)
{
  LwLiveRun *run = data;
  g_autoptr (GError) error = NULL;

  receive (run);
  if (!is_over (run) && run->stage == LW_LIVE_OPEN) {
    set_stage (run, LW_LIVE_ENDED);
    set_state (run, LW_RECEIVER_ENDED, g_get_real_time ());
  }
  while (!is_over (run) && !lw_receive_finish (run, &error)) {
    g_warning ("A live lesson is over, and not an ordinary one yet: %s", error->message);
    g_clear_error (&error);
    set_trouble (run, "What was recorded is kept, but it could not be made a lesson yet; the room "
                      "tries again. Tell whoever runs the room if this lasts.");
    rest (run, FINISH_AGAIN_MS);
  }
  if (!is_over (run)) {
    set_stage (run, LW_LIVE_KEPT);
    lw_watch_tell_state (run);
    g_mutex_lock (&run->owner->mutex);
    g_clear_pointer (&run->thread, g_thread_unref);
    g_hash_table_remove (run->owner->runs, &run->id);
    g_mutex_unlock (&run->owner->mutex);
  }
  lw_live_run_unref (run);
  return NULL;
}
