/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-samples.h"

#include <libavutil/samplefmt.h>
#include <math.h>

/* Several independent pairs, so that the processor need not wait for one comparison to begin the
 * next. */
#define LANES 16

#define DEFINE_PEAK(name, type, silence, scale)                                                \
  static void name (const guint8 *bytes, gsize count, LwWorkerPeak *peak)                      \
  {                                                                                            \
    const type *at = (const type *)(gconstpointer)bytes;                                       \
    type least[LANES], greatest[LANES];                                                        \
    gsize i = 0;                                                                               \
                                                                                               \
    if (count == 0)                                                                            \
      return;                                                                                  \
    for (guint lane = 0; lane < LANES; lane++)                                                 \
      least[lane] = greatest[lane] = at[0] == at[0] ? at[0] : (type)silence;                   \
    for (; i + LANES <= count; i += LANES) {                                                   \
      for (guint lane = 0; lane < LANES; lane++) {                                             \
        type value = at[i + lane];                                                             \
                                                                                               \
        least[lane] = value < least[lane] ? value : least[lane];                               \
        greatest[lane] = value > greatest[lane] ? value : greatest[lane];                      \
      }                                                                                        \
    }                                                                                          \
    for (; i < count; i++) {                                                                   \
      least[0] = at[i] < least[0] ? at[i] : least[0];                                          \
      greatest[0] = at[i] > greatest[0] ? at[i] : greatest[0];                                 \
    }                                                                                          \
    for (guint lane = 1; lane < LANES; lane++) {                                               \
      least[0] = least[lane] < least[0] ? least[lane] : least[0];                              \
      greatest[0] = greatest[lane] > greatest[0] ? greatest[lane] : greatest[0];               \
    }                                                                                          \
    peak->least = fminf (peak->least, (float)(((double)least[0] - silence) * scale));          \
    peak->greatest = fmaxf (peak->greatest, (float)(((double)greatest[0] - silence) * scale)); \
  }

DEFINE_PEAK (peak_u8, guint8, 128, (1.0 / 128))
DEFINE_PEAK (peak_s16, gint16, 0, (1.0 / 32768))
DEFINE_PEAK (peak_s32, gint32, 0, (1.0 / 2147483648.0))
DEFINE_PEAK (peak_s64, gint64, 0, (1.0 / 9223372036854775808.0))
DEFINE_PEAK (peak_flt, float, 0, 1.0)
DEFINE_PEAK (peak_dbl, double, 0, 1.0)

typedef void (*PeakOf) (const guint8 *bytes, gsize count, LwWorkerPeak *peak);

static PeakOf
peak_of (enum AVSampleFormat packed)
{
  switch (packed) {
  case AV_SAMPLE_FMT_U8:
    return peak_u8;
  case AV_SAMPLE_FMT_S16:
    return peak_s16;
  case AV_SAMPLE_FMT_S32:
    return peak_s32;
  case AV_SAMPLE_FMT_S64:
    return peak_s64;
  case AV_SAMPLE_FMT_FLT:
    return peak_flt;
  case AV_SAMPLE_FMT_DBL:
    return peak_dbl;
  default:
    return NULL;
  }
}

void
lw_worker_samples_peak (const AVFrame *frame, int channels, int from, int to, LwWorkerPeak *peak)
{
  enum AVSampleFormat format = frame->format;
  PeakOf measure = peak_of (av_get_packed_sample_fmt (format));
  gsize size = (gsize)MAX (av_get_bytes_per_sample (format), 0);

  if (measure == NULL || channels <= 0 || from < 0 || to <= from || to > frame->nb_samples)
    return;
  if (!av_sample_fmt_is_planar (format)) {
    /* All channels together anyway: interleaved is one long row. */
    measure (frame->extended_data[0] + (gsize)from * (gsize)channels * size,
             (gsize)(to - from) * (gsize)channels, peak);
    return;
  }
  for (int channel = 0; channel < channels; channel++)
    measure (frame->extended_data[channel] + (gsize)from * size, (gsize)(to - from), peak);
}

gint8
lw_worker_samples_byte (float level)
{
  if (!isfinite (level))
    return level > 0 ? 127 : level < 0 ? -128 : 0;
  return (gint8)CLAMP (lrintf (CLAMP (level, -2.0f, 2.0f) * 127.5f - 0.25f), -128, 127);
}
