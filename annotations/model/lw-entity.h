/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-walk.h"

G_BEGIN_DECLS

/*
 * The entities of lw-walk.h described as data, so that checking, copying, comparing, encoding
 * and storing each exist once. Every entity struct begins with its LwId.
 */

typedef enum {
  LW_FIELD_ID,     /* LwId */
  LW_FIELD_TEXT,   /* const char * */
  LW_FIELD_TEXTS,  /* const char *const * */
  LW_FIELD_NUMBER, /* guint, or an enum */
  LW_FIELD_LONG,   /* gint64: a wall-clock time, a length, or an LwTime */
  LW_FIELD_HASH,   /* LwContentHash */
} LwFieldType;

typedef struct {
  const char *name;
  guint number; /* in an encoded body; never used again for something else */
  LwFieldType type;
  gsize offset;
  gboolean required; /* an id or hash that must not be none */
  gint64 min, max;   /* of LW_FIELD_NUMBER and LW_FIELD_LONG */
} LwField;

typedef struct {
  const char *name; /* "place" */
  gsize size;
  const LwField *fields; /* without the id; ends with a name of NULL */
  gssize parent_offset;  /* of the LwId that lw_store_list() goes by; -1: none */
} LwEntityClass;

const LwEntityClass *lw_entity_get_class (LwEntityKind kind);

gpointer lw_entity_new (LwEntityKind kind, gconstpointer fields, GError **error);
gpointer lw_entity_ref (gconstpointer entity);
void lw_entity_unref (LwEntityKind kind, gpointer entity);
gboolean lw_entity_equal (LwEntityKind kind, gconstpointer a, gconstpointer b);
/* An order of all that entities of one kind hold, as strcmp() gives one; 0: lw_entity_equal(). */
int lw_entity_compare (LwEntityKind kind, gconstpointer a, gconstpointer b);
GDestroyNotify lw_entity_get_unref (LwEntityKind kind);

/* What the public headers promise of each type (LW_DECLARE_ENTITY); the work is done once. */
#define LW_DEFINE_ENTITY(Type, type, kind)                   \
  G_DEFINE_BOXED_TYPE (Type, type, type##_ref, type##_unref) \
  Type *type##_new (const Type *fields, GError **error)      \
  {                                                          \
    return lw_entity_new (kind, fields, error);              \
  }                                                          \
  Type *type##_ref (const Type *self)                        \
  {                                                          \
    return lw_entity_ref (self);                             \
  }                                                          \
  void type##_unref (Type *self)                             \
  {                                                          \
    lw_entity_unref (kind, self);                            \
  }                                                          \
  gboolean type##_equal (const Type *a, const Type *b)       \
  {                                                          \
    return lw_entity_equal (kind, a, b);                     \
  }

#define LW_ENTITY_ID(entity) ((const LwId *)(entity))

G_END_DECLS
