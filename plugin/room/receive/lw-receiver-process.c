/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-receiver-process.h"

#include <string.h>

#include "lw-bwrap.h"
#include "lw-guard.h"
#include "lw-sandbox.h"
#include "lw-sanitizer.h"

#define PROGRAM "lessonwalk-receiver"
#define BUILD_FOLDER LW_BUILD_ROOT "/plugin/receiver"
#define PATIENCE_S 5
/* Whom the system trusts, for streams on the web. */
#define CERTIFICATES "/etc/ssl/certs/ca-certificates.crt"

struct _LwReceiverProcess {
  gatomicrefcount refs;
  GSubprocess *child;
  GInputStream *output;
  GMutex mutex;
  GCond changed;
  gboolean ending, over; /* under mutex */
  GThread *killer;       /* nullable; under mutex */
  gboolean said_end;
};

/* ---- starting it ---- */

static GPtrArray *
make_command (const LwReceiverJob *job, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *bwrap = g_find_program_in_path ("bwrap");
  g_autofree char *program =
      lw_sandbox_find_program (PROGRAM, g_getenv ("LESSONWALK_RECEIVER_DIR"), BUILD_FOLDER, error);
  g_autofree char *origin = g_strdup_printf ("%" G_GINT64_FORMAT, job->origin_us);
  g_autofree char *end = g_strdup_printf ("%" G_GINT64_FORMAT, job->end);

  if (program == NULL || !lw_guard_add (argv, error))
    return NULL;
  if (lw_bwrap_is_wanted ()) {
    if (bwrap == NULL) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "The program bwrap is not installed.");
      return NULL;
    }
    lw_bwrap_begin (argv, bwrap);
    lw_bwrap_add (argv, "--share-net", NULL);
    lw_bwrap_add (argv, "--ro-bind-try", CERTIFICATES, CERTIFICATES, NULL);
    if (LW_HAS_ASAN)
      lw_bwrap_add (argv, "--proc", "/proc", NULL);
    /* What deciphers WebRTC (libsrtp with NSS) takes its random numbers from nowhere else. */
    if (g_str_equal (job->kind, "whip"))
      lw_bwrap_add (argv, "--dev-bind", "/dev/urandom", "/dev/urandom", NULL);
    lw_bwrap_add (argv, "--ro-bind", program, "/" PROGRAM, "--remount-ro", "/", "--chdir", "/",
                  "--", "/" PROGRAM, NULL);
  } else {
    lw_bwrap_add (argv, program, NULL);
  }
  lw_bwrap_add (argv, job->kind, origin, end, NULL);
  g_ptr_array_add (argv, NULL);
  return g_steal_pointer (&argv);
}

/* What it is told at its beginning: not on its command line, which everybody on this machine sees.
 */
static char *
make_lines (const LwReceiverJob *job)
{
  GString *lines = g_string_new (job->address);

  for (GStrv at = job->reach; *at != NULL; at++)
    g_string_append_printf (lines, "\nreach %s", *at);
  g_string_append (lines, "\ngo\n");
  return g_string_free (lines, FALSE);
}

LwReceiverProcess *
lw_receiver_process_new (const LwReceiverJob *job, GError **error)
{
  g_autoptr (GPtrArray) argv = make_command (job, error);
  g_autoptr (GSubprocess) child = NULL;
  g_autofree char *lines = make_lines (job);
  LwReceiverProcess *self;

  if (argv == NULL)
    return NULL;
  child = g_subprocess_newv ((const char *const *)argv->pdata,
                             G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, error);
  if (child == NULL || !g_output_stream_write_all (g_subprocess_get_stdin_pipe (child), lines,
                                                   strlen (lines), NULL, NULL, error))
    return NULL;
  self = g_new0 (LwReceiverProcess, 1);
  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->child = g_steal_pointer (&child);
  self->output = g_subprocess_get_stdout_pipe (self->child);
  return self;
}

LwReceiverProcess *
lw_receiver_process_ref (LwReceiverProcess *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
lw_receiver_process_unref (LwReceiverProcess *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_object_unref (self->child);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}

/* ---- hearing it ---- */

typedef struct {
  const guint8 *next;
  gsize left;
} Payload;

static guint64
take (Payload *payload, guint bytes)
{
  guint64 number = 0;

  for (guint i = 0; i < bytes; i++)
    number = number << 8 | payload->next[i];
  payload->next += bytes;
  payload->left -= bytes;
  return number;
}

static gboolean
hear_state (Payload payload, const LwReceiverEvents *events, gpointer data, gboolean *said_end)
{
  g_autofree char *words = NULL;
  guint64 state, since;

  if (payload.left < LW_RECEIVER_STATE_BYTES)
    return FALSE;
  state = take (&payload, 1);
  since = take (&payload, 8);
  if (state >= LW_RECEIVER_N_STATES)
    return FALSE;
  words = g_utf8_make_valid ((const char *)payload.next, (gssize)MIN (payload.left, 500));
  *said_end = state == LW_RECEIVER_ENDED;
  events->state ((LwReceiverState)state, (gint64)since, words, data);
  return TRUE;
}

static gboolean
hear_init (Payload payload, GBytes *message, const LwReceiverEvents *events, gpointer data)
{
  g_autoptr (GBytes) init = NULL;
  g_autofree char *type = NULL;
  guint width, height;
  gsize type_length;

  if (payload.left < LW_RECEIVER_INIT_BYTES)
    return FALSE;
  width = (guint)take (&payload, 2);
  height = (guint)take (&payload, 2);
  type_length = take (&payload, 1);
  if (payload.left < type_length)
    return FALSE;
  type = g_strndup ((const char *)payload.next, type_length);
  for (const char *c = type; *c != '\0'; c++)
    if (!g_ascii_isprint (*c))
      return FALSE;
  init = g_bytes_new (payload.next + type_length, payload.left - type_length);
  events->init (type, width, height, init, message, data);
  return TRUE;
}

static gboolean
hear_fragment (Payload payload, GBytes *message, const LwReceiverEvents *events, gpointer data)
{
  g_autoptr (GBytes) bytes = NULL;
  LwTime start, end;
  guint64 flags;

  if (payload.left <= LW_RECEIVER_FRAGMENT_BYTES)
    return FALSE;
  start = (LwTime)take (&payload, 8);
  end = (LwTime)take (&payload, 8);
  flags = take (&payload, 1);
  if (!LW_TIME_IS_MOMENT (start) || !LW_TIME_IS_MOMENT (end) || end < start)
    return FALSE;
  bytes = g_bytes_new_from_bytes (message, g_bytes_get_size (message) - payload.left, payload.left);
  events->fragment (start, end, (flags & LW_RECEIVER_KEY) != 0, bytes, message, data);
  return TRUE;
}

static gboolean
hear_clock (Payload payload, const LwReceiverEvents *events, gpointer data)
{
  LwTime media;
  gint64 wall;
  guint uncertainty, method;

  if (payload.left < LW_RECEIVER_CLOCK_BYTES)
    return FALSE;
  media = (LwTime)take (&payload, 8);
  wall = (gint64)take (&payload, 8);
  uncertainty = (guint)take (&payload, 4);
  method = (guint)take (&payload, 1);
  if (!LW_TIME_IS_MOMENT (media) || wall < 0 || method >= LW_CLOCK_N_METHODS)
    return FALSE;
  events->clock (media, wall, uncertainty, (LwClockMethod)method, data);
  return TRUE;
}

static gboolean
hear_answer (Payload payload, const LwReceiverEvents *events, gpointer data)
{
  g_autofree char *text = NULL;
  guint64 number, how;

  if (payload.left < LW_RECEIVER_ANSWER_BYTES)
    return FALSE;
  number = take (&payload, 4);
  how = take (&payload, 1);
  if (how >= LW_RECEIVER_N_ANSWERS || payload.left > LW_RECEIVER_OFFER_MAX)
    return FALSE;
  text = g_utf8_make_valid ((const char *)payload.next, (gssize)payload.left);
  events->answer ((guint32)number, (LwReceiverAnswer)how, text, data);
  return TRUE;
}

/* FALSE: it does not speak as it should. @message: type and payload. */
static gboolean
hear (GBytes *message, const LwReceiverEvents *events, gpointer data, gboolean *said_end)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (message, &length);
  Payload payload = {bytes + 1, length - 1};

  switch (bytes[0]) {
  case LW_RECEIVER_SAYS_STATE:
    return hear_state (payload, events, data, said_end);
  case LW_RECEIVER_SAYS_INIT:
    return hear_init (payload, message, events, data);
  case LW_RECEIVER_SAYS_FRAGMENT:
    return hear_fragment (payload, message, events, data);
  case LW_RECEIVER_SAYS_ANSWER:
    return hear_answer (payload, events, data);
  case LW_RECEIVER_SAYS_CLOCK:
    return hear_clock (payload, events, data);
  default:
    return FALSE;
  }
}

static GBytes *
read_message (GInputStream *output)
{
  guint8 head[LW_RECEIVER_HEAD_BYTES];
  g_autofree guint8 *bytes = NULL;
  gsize n;
  guint32 length;

  if (!g_input_stream_read_all (output, head, sizeof head, &n, NULL, NULL) || n < sizeof head)
    return NULL;
  memcpy (&length, head, sizeof length);
  length = GUINT32_FROM_BE (length);
  if (length > LW_RECEIVER_PAYLOAD_MAX) {
    g_warning ("A receiver announced too much at once.");
    return NULL;
  }
  bytes = g_malloc (length + 1);
  bytes[0] = head[4];
  if (!g_input_stream_read_all (output, bytes + 1, length, &n, NULL, NULL) || n < length)
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&bytes), length + 1);
}

gboolean
lw_receiver_hear (GInputStream *output,
                  const LwReceiverEvents *events,
                  gpointer data,
                  gboolean *ret_said_end)
{
  GBytes *message;
  gboolean ok = TRUE;

  *ret_said_end = FALSE;
  while (ok && (message = read_message (output)) != NULL) {
    ok = hear (message, events, data, ret_said_end);
    g_bytes_unref (message);
  }
  return ok;
}

gboolean
lw_receiver_process_run (LwReceiverProcess *self, const LwReceiverEvents *events, gpointer data)
{
  gboolean ok = lw_receiver_hear (self->output, events, data, &self->said_end);
  GThread *killer;

  if (!ok)
    g_warning ("A receiver said what nobody understands; it is started anew.");
  /* Its guard takes all of it along. */
  if (!self->said_end)
    g_subprocess_send_signal (self->child, SIGTERM);
  g_subprocess_wait (self->child, NULL, NULL);
  g_mutex_lock (&self->mutex);
  self->over = TRUE;
  g_cond_broadcast (&self->changed);
  killer = g_steal_pointer (&self->killer);
  g_mutex_unlock (&self->mutex);
  if (killer != NULL)
    g_thread_join (killer);
  return ok && self->said_end;
}

/* ---- telling it ---- */

/* Under the mutex. */
static gboolean
tell (LwReceiverProcess *self, gconstpointer bytes, gsize length)
{
  return g_output_stream_write_all (g_subprocess_get_stdin_pipe (self->child), bytes, length, NULL,
                                    NULL, NULL);
}

gboolean
lw_receiver_process_offer (LwReceiverProcess *self, guint32 number, GBytes *sdp)
{
  gsize length;
  gconstpointer text = g_bytes_get_data (sdp, &length);
  g_autofree char *line =
      g_strdup_printf ("offer %" G_GUINT32_FORMAT " %" G_GSIZE_FORMAT "\n", number, length);
  gboolean told;

  g_mutex_lock (&self->mutex);
  told = !self->ending && !self->over && tell (self, line, strlen (line)) &&
         tell (self, text, length);
  g_mutex_unlock (&self->mutex);
  return told;
}

void
lw_receiver_process_hang_up (LwReceiverProcess *self, guint32 number)
{
  g_autofree char *line = g_strdup_printf ("hangup %" G_GUINT32_FORMAT "\n", number);

  g_mutex_lock (&self->mutex);
  if (!self->ending && !self->over)
    tell (self, line, strlen (line));
  g_mutex_unlock (&self->mutex);
}

/* ---- ending it ---- */

static gpointer
kill_late (gpointer data)
{
  LwReceiverProcess *self = data;
  gint64 until = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;

  g_mutex_lock (&self->mutex);
  while (!self->over && g_cond_wait_until (&self->changed, &self->mutex, until))
    ;
  if (!self->over)
    g_subprocess_send_signal (self->child, SIGTERM);
  g_mutex_unlock (&self->mutex);
  return NULL;
}

void
lw_receiver_process_end (LwReceiverProcess *self)
{
  g_mutex_lock (&self->mutex);
  if (!self->ending && !self->over) {
    self->ending = TRUE;
    tell (self, "end\n", 4);
    self->killer = g_thread_new ("receiver-end", kill_late, self);
  }
  g_mutex_unlock (&self->mutex);
}
