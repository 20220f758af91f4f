/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-walk.h"

#include "lw-entity.h"

G_DEFINE_QUARK (lw - walk - error - quark, lw_walk_error)

/* What the public header promises of each type; the work is done once, in lw-entity.c. */
#define DEFINE_ENTITY(Type, type, kind)                      \
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

DEFINE_ENTITY (LwPlace, lw_place, LW_ENTITY_PLACE)
DEFINE_ENTITY (LwPerson, lw_person, LW_ENTITY_PERSON)
DEFINE_ENTITY (LwLens, lw_lens, LW_ENTITY_LENS)
DEFINE_ENTITY (LwWalk, lw_walk, LW_ENTITY_WALK)
DEFINE_ENTITY (LwVisit, lw_visit, LW_ENTITY_VISIT)
DEFINE_ENTITY (LwSegment, lw_segment, LW_ENTITY_SEGMENT)
DEFINE_ENTITY (LwTrack, lw_track, LW_ENTITY_TRACK)
