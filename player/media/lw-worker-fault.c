/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-fault.h"

#include "lw-media-i18n.h"

typedef struct {
  LwMediaError code;
  const char *text; /* with one %s: the file's name */
} Sentence;

/* The translator's tool collects these by the mark; they are looked up when they are shown. */
#define N_(text) text

static const Sentence sentences[] = {
    [LW_WORKER_FAULT_NOT_MEDIA] =
        {LW_MEDIA_ERROR_NOT_MEDIA,
         N_ ("“%s” is not a video or sound file that Lessonwalk knows. Choose another file, or "
             "convert it to MP4.")},
    [LW_WORKER_FAULT_EMPTY] =
        {LW_MEDIA_ERROR_NOT_MEDIA,
         N_ ("“%s” is empty: there is nothing in it. The copy or download may have failed; copy it "
             "again.")},
    [LW_WORKER_FAULT_NO_INDEX] =
        {LW_MEDIA_ERROR_DAMAGED,
         N_ ("“%s” was cut off before it was finished: the index that a player needs is missing. "
             "Copy it again from the device that recorded it, or let a repair tool rebuild it.")},
    [LW_WORKER_FAULT_DAMAGED] = {LW_MEDIA_ERROR_DAMAGED,
                                 N_ ("“%s” began like a video or sound file, but what follows is "
                                     "damaged. Copy it again from "
                                     "where it came from.")},
    [LW_WORKER_FAULT_NO_VIDEO] = {LW_MEDIA_ERROR_NOT_MEDIA,
                                  N_ ("“%s” has no pictures, so there is no filmstrip of it.")},
    [LW_WORKER_FAULT_NO_AUDIO] = {LW_MEDIA_ERROR_NOT_MEDIA,
                                  N_ ("“%s” has no sound, so there is no waveform of it.")},
    [LW_WORKER_FAULT_NO_DECODER] =
        {LW_MEDIA_ERROR_NOT_MEDIA,
         N_ ("“%s” is in a format that this computer cannot decode. Convert it to MP4 (H.264 and "
             "AAC).")},
    [LW_WORKER_FAULT_MEMORY] =
        {LW_MEDIA_ERROR_LIMIT,
         N_ ("“%s” asks for more memory than a lesson needs. It may be damaged; reading it was "
             "stopped.")},
    [LW_WORKER_FAULT_TIME] =
        {LW_MEDIA_ERROR_LIMIT,
         N_ ("Reading “%s” took too long and was stopped. It may be damaged, or its disk is very "
             "slow; try again from another disk.")},
    [LW_WORKER_FAULT_READ] =
        {LW_MEDIA_ERROR_DAMAGED,
         N_ ("“%s” could not be read from its disk. The disk may have been unplugged or may be "
             "failing; copy the file elsewhere and try again.")},
    [LW_WORKER_FAULT_USAGE] = {LW_MEDIA_ERROR_WORKER,
                               N_ ("“%s” could not be examined: the parts of Lessonwalk are of "
                                   "different versions. Install "
                                   "it again.")},
    [LW_WORKER_FAULT_CRASHED] =
        {LW_MEDIA_ERROR_WORKER,
         N_ ("The part of Lessonwalk that reads media files broke down over “%s”. Nothing else is "
             "affected; the file may be damaged.")},
};

void
lw_worker_fault_set_error (LwWorkerFault fault, const char *name, GError **error)
{
  const Sentence *sentence;

  g_return_if_fail (fault > LW_WORKER_FAULT_NONE && fault < G_N_ELEMENTS (sentences));
  sentence = &sentences[fault];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, LW_MEDIA_ERROR, (int)sentence->code, _ (sentence->text), name);
#pragma GCC diagnostic pop
}
