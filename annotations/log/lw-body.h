/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-entity.h"
#include "lw-note.h"

G_BEGIN_DECLS

/*
 * The body of an op: what a note or an entity holds, beside the ids that the op itself carries.
 *
 * Layout: one byte of type (see LwBodyType), then fields in rising order of number. A field is
 *
 *   key     unsigned varint: number << 1 | form
 *   form 0  a number: zigzag varint (signed 64 bits)
 *   form 1  bytes: unsigned varint of the length, then that many bytes
 *
 * A varint holds 7 bits a byte, lowest first, the high bit set on all but the last. A field that
 * has its default (0, none, "") is left out; a list repeats its number. Readers skip numbers that
 * they do not know, so that later versions can add some. All strings are UTF-8.
 *
 * Note fields: 1 kind (by name), 2 start ns, 3 length ns, 4 pass, 5 on focus, 6 reply to, 7 lens,
 *   8 region (4 × 16 bits big-endian), 9 created µs, 10 edited minus created µs, 11 text, 12 tag …,
 *   13 wall clock ns since 1970, 14 its uncertainty ns
 * Entity fields: by the numbers in lw-entity.c.
 */
typedef enum {
  LW_BODY_NOTE = 1,
  LW_BODY_ENTITY = 16, /* + LwEntityKind */
} LwBodyType;

/* (transfer full) */
GBytes *lw_body_from_note (const LwNote *note);
GBytes *lw_body_from_entity (LwEntityKind kind, gconstpointer entity);

/**
 * lw_body_to_note:
 * @identity: gives the id, track, segment and author, which a body does not hold
 *
 * Returns: (transfer full) (nullable): %NULL if the bytes are no note
 */
LwNote *lw_body_to_note (gconstpointer data, gsize length, const LwNote *identity);

/* (transfer full) (nullable) */
gpointer
lw_body_to_entity (gconstpointer data, gsize length, const LwId *id, LwEntityKind *ret_kind);

G_END_DECLS
