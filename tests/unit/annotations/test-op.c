/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-body.h"
#include "lw-log.h"

#define N_OPS 5

static void
make_chain (LwOp ops[N_OPS])
{
  LwId device = {{1}}, track = {{2}};
  LwClock clock = 0;

  memset (ops, 0, sizeof (LwOp) * N_OPS);
  for (guint i = 0; i < N_OPS; i++) {
    LwOp *op = &ops[i];

    clock = lw_clock_next (clock, 1795327200000000 + i);
    op->log_id = lw_log_id_for (&device, &track);
    op->seq = i + 1;
    op->clock = clock;
    op->kind = i == 0 ? LW_OP_ADD_NOTE : LW_OP_DELETE_NOTE;
    op->target = (LwId){{3}};
    if (i == 0)
      lw_op_commit ((const guint8 *)"0123456789abcdef", "body", 4, op->commitment);
    if (i > 0)
      memcpy (op->previous, ops[i - 1].hash, LW_DIGEST_LENGTH);
    lw_op_seal (op);
  }
}

/* The bytes are a promise to every store that there will ever be. The expected hash is python3's:
 * blake2b over the layout of lw-op.h, digest_size=32. */
static void
test_the_bytes_of_an_op_never_change (void)
{
  static const guint8 expected_hash[LW_DIGEST_LENGTH] = {
      0x9e, 0xb5, 0x97, 0xc6, 0x86, 0x3b, 0xbf, 0x50, 0x1b, 0x2e, 0xe9,
      0x93, 0x47, 0xde, 0x3c, 0xb9, 0xa7, 0x88, 0x52, 0x14, 0xe6, 0x26,
      0xfe, 0x73, 0x93, 0x3e, 0x7c, 0xbb, 0x8a, 0xfe, 0x36, 0x58};
  guint8 bytes[LW_OP_ENCODED_LENGTH];
  LwOp op = {.seq = 0x0102030405060708,
             .clock = 0x1112131415161718,
             .kind = LW_OP_EDIT_NOTE,
             .role = LW_OP_UNDO},
       back;

  memset (&op.log_id, 0xa1, sizeof op.log_id);
  memset (&op.target, 0xb2, sizeof op.target);
  memset (op.previous, 0xc3, sizeof op.previous);
  memset (op.commitment, 0xd4, sizeof op.commitment);
  lw_op_seal (&op);
  g_assert_cmpmem (op.hash, LW_DIGEST_LENGTH, expected_hash, LW_DIGEST_LENGTH);
  lw_op_encode (&op, bytes);
  g_assert_true (lw_op_decode (bytes, &back));
  g_assert_cmpmem (&op, sizeof op, &back, sizeof back);
}

static void
test_a_good_chain_verifies (void)
{
  LwOp ops[N_OPS];

  make_chain (ops);
  g_assert_cmpint (lw_log_verify (ops, N_OPS, FALSE, NULL), ==, LW_LINK_GOOD);
  g_assert_cmpint (lw_log_verify (ops, 0, FALSE, NULL), ==, LW_LINK_GOOD);
}

static void
test_every_flipped_bit_is_found (void)
{
  LwOp ops[N_OPS];
  guint8 bytes[LW_OP_ENCODED_LENGTH];

  make_chain (ops);
  for (guint bit = 0; bit < 8 * LW_OP_ENCODED_LENGTH; bit++) {
    LwOp altered[N_OPS];
    guint64 seq = 0;

    memcpy (altered, ops, sizeof ops);
    lw_op_encode (&ops[2], bytes);
    bytes[bit / 8] ^= (guint8)(1 << bit % 8);
    if (!lw_op_decode (bytes, &altered[2]))
      continue;
    /* As stored: the fields are another's, the hash is still the old one. */
    memcpy (altered[2].hash, ops[2].hash, LW_DIGEST_LENGTH);
    g_assert_cmpint (lw_log_verify (altered, N_OPS, FALSE, &seq), ==, LW_LINK_HASH);
    g_assert_cmpuint (seq, ==, 3);
    /* And as forged, with a hash that fits. */
    lw_op_seal (&altered[2]);
    g_assert_cmpint (lw_log_verify (altered, N_OPS, FALSE, NULL), !=, LW_LINK_GOOD);
  }
}

static void
test_an_op_taken_out_or_swapped_is_found (void)
{
  LwOp ops[N_OPS], swapped;
  guint64 seq;

  make_chain (ops);
  memmove (&ops[2], &ops[3], 2 * sizeof (LwOp));
  g_assert_cmpint (lw_log_verify (ops, N_OPS - 1, FALSE, &seq), ==, LW_LINK_SEQ);
  g_assert_cmpuint (seq, ==, 3);
  make_chain (ops);
  swapped = ops[1];
  ops[1] = ops[2];
  ops[2] = swapped;
  g_assert_cmpint (lw_log_verify (ops, N_OPS, FALSE, NULL), ==, LW_LINK_SEQ);
  make_chain (ops);
  g_assert_cmpint (lw_log_verify (ops + 1, N_OPS - 1, FALSE, NULL), ==, LW_LINK_SEQ);
}

static void
test_a_note_does_not_belong_in_an_authority_log (void)
{
  LwOp ops[N_OPS];

  make_chain (ops);
  g_assert_cmpint (lw_log_verify (ops, N_OPS, TRUE, NULL), ==, LW_LINK_KIND);
}

static void
test_a_commitment_needs_its_salt (void)
{
  guint8 a[LW_DIGEST_LENGTH], b[LW_DIGEST_LENGTH], c[LW_DIGEST_LENGTH];

  lw_op_commit ((const guint8 *)"0123456789abcdef", "body", 4, a);
  lw_op_commit ((const guint8 *)"0123456789abcdeF", "body", 4, b);
  lw_op_commit ((const guint8 *)"0123456789abcdef", "bodY", 4, c);
  g_assert_cmpint (memcmp (a, b, sizeof a), !=, 0);
  g_assert_cmpint (memcmp (a, c, sizeof a), !=, 0);
}

static void
test_the_clock_never_runs_back (void)
{
  const gint64 noon_us = 1795327200000000;
  LwClock clock = lw_clock_next (0, noon_us), last = clock;

  g_assert_cmpint (lw_clock_get_utc_ms (clock), ==, noon_us / 1000);
  /* The wall clock is set back by a year, and stands still. */
  for (guint i = 0; i < 100000; i++) {
    clock = lw_clock_next (last, noon_us - 365 * G_GINT64_CONSTANT (86400000000));
    g_assert_cmpuint (clock, >, last);
    last = clock;
  }
  clock = lw_clock_next (last, noon_us + 3600 * G_GINT64_CONSTANT (1000000));
  g_assert_cmpint (lw_clock_get_utc_ms (clock), ==, noon_us / 1000 + 3600000);
  g_assert_cmpuint (lw_clock_next (0, -5), ==, 1);
  g_assert_cmpuint (lw_clock_next (0, G_MAXINT64), <=, LW_CLOCK_MAX);
}

static void
test_logs_are_named_by_writer_and_track (void)
{
  LwId a = lw_id_new (), b = lw_id_new ();
  LwId ab = lw_log_id_for (&a, &b), ba = lw_log_id_for (&b, &a), again = lw_log_id_for (&a, &b);

  g_assert_true (lw_id_equal (&ab, &again));
  g_assert_false (lw_id_equal (&ab, &ba));
}

static void
test_a_note_survives_its_body (void)
{
  const char *const tags[] = {"a", "b", NULL};
  LwNote fields = {.track_id = lw_id_new (),
                   .reply_to = lw_id_new (),
                   .lens_id = lw_id_new (),
                   .kind = LW_NOTE_REPLY,
                   .on_focus = TRUE,
                   .pass = 3,
                   .start = 1,
                   .end = LW_TIME_MAX,
                   .region = {1, 2, 3, 4},
                   .created_utc_us = -5,
                   .edited_utc_us = G_MAXINT64 / 2,
                   .text = "学生 \n text",
                   .tags = tags};
  g_autoptr (LwNote) note = lw_note_new (&fields, NULL);
  g_autoptr (GBytes) body = lw_body_from_note (note);
  gsize length;
  const guint8 *data = g_bytes_get_data (body, &length);
  g_autoptr (LwNote) back = lw_body_to_note (data, length, note);

  g_assert_nonnull (back);
  g_assert_true (lw_note_equal (note, back));
  for (guint i = 0; i < 20000; i++) {
    g_autofree guint8 *noise = g_memdup2 (data, length);
    gsize cut = g_random_boolean () ? length : (gsize)g_random_int_range (0, (gint32)length);
    g_autoptr (LwNote) odd = NULL;

    noise[g_random_int_range (0, (gint32)length)] = (guint8)g_random_int ();
    odd = lw_body_to_note (noise, cut, note);
    if (odd != NULL)
      g_assert_true (g_utf8_validate (odd->text, -1, NULL) && LW_TIME_IS_MOMENT (odd->end));
  }
}

static void
test_fields_of_a_later_version_are_passed_over (void)
{
  g_autoptr (LwNote) note = lw_note_new (&(LwNote){.text = "x", .created_utc_us = 1}, NULL);
  g_autoptr (GBytes) body = lw_body_from_note (note);
  g_autoptr (GByteArray) later = g_byte_array_new ();
  g_autoptr (LwNote) back = NULL;
  /* Field 100, the number 1; field 101, the bytes “hi”. */
  const guint8 unknown[] = {0xc8, 0x01, 0x02, 0xcb, 0x01, 0x02, 'h', 'i'};

  g_byte_array_append (later, g_bytes_get_data (body, NULL), (guint)g_bytes_get_size (body));
  g_byte_array_append (later, unknown, sizeof unknown);
  back = lw_body_to_note (later->data, later->len, note);
  g_assert_nonnull (back);
  g_assert_true (lw_note_equal (note, back));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/op/bytes", test_the_bytes_of_an_op_never_change);
  g_test_add_func ("/op/good-chain", test_a_good_chain_verifies);
  g_test_add_func ("/op/flipped-bit", test_every_flipped_bit_is_found);
  g_test_add_func ("/op/taken-out", test_an_op_taken_out_or_swapped_is_found);
  g_test_add_func ("/op/authority", test_a_note_does_not_belong_in_an_authority_log);
  g_test_add_func ("/op/commitment", test_a_commitment_needs_its_salt);
  g_test_add_func ("/op/clock", test_the_clock_never_runs_back);
  g_test_add_func ("/op/log-id", test_logs_are_named_by_writer_and_track);
  g_test_add_func ("/op/note-body", test_a_note_survives_its_body);
  g_test_add_func ("/op/later-fields", test_fields_of_a_later_version_are_passed_over);
  return g_test_run ();
}
