// SPDX-License-Identifier: LGPL-2.1-or-later
/* A soft tone, where the browser lets a page sound. */
let context = null;

function tone(frequency, at) {
  const sound = context.createOscillator(), loudness = context.createGain();
  sound.frequency.value = frequency;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(0.07, at + 0.03);
  loudness.gain.exponentialRampToValueAtTime(0.0005, at + 1.1);
  sound.connect(loudness).connect(context.destination);
  sound.start(at);
  sound.stop(at + 1.2);
}

/* Low to high: something begins; high alone: a little time is left. */
export function chime(kind) {
  try {
    context ??= new AudioContext();
    // Until she has pressed something on the page, a browser holds it back: then nothing is heard late.
    if (context.state !== 'running') {
      context.resume().catch(() => {});
      return;
    }
    const at = context.currentTime;
    if (kind === 'end')
      tone(392, at);
    tone(523.25, kind === 'end' ? at + 0.25 : at);
  } catch {
    // It is seen and read out all the same.
  }
}
