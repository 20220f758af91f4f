// SPDX-License-Identifier: LGPL-2.1-or-later
/* The row of buttons under the picture: moving in the lesson, pins, the marked range, speed, sound. */
import {html, nothing} from '../../lib/lit/index.js';
import {number, t} from '../i18n.js';
import {icon} from '../icons.js';
import {formatSpan, formatTime} from '../time.js';

export const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4];

export function transport(player) {
  const ready = player.state === 'ready';
  const pins = ['noticing', 'wondering', ...(player.may?.progress ? ['progress'] : [])];
  return html`<div class="transport">
    <div class="group">
      <button class="flat icon-only" ?disabled=${!ready} @click=${() => player.step(-1)}
          aria-label=${t('player.frame-back')} title="${t('player.frame-back')} (,)">
        ${icon('frame-back')}</button>
      <button class="flat icon-only play" ?disabled=${!ready} @click=${() => player.toggle()}
          aria-label=${player.playing ? t('player.pause') : t('player.play')}
          title="${player.playing ? t('player.pause') : t('player.play')} (space)">
        ${icon(player.playing ? 'pause' : 'play')}</button>
      <button class="flat icon-only" ?disabled=${!ready} @click=${() => player.step(1)}
          aria-label=${t('player.frame-forward')} title="${t('player.frame-forward')} (.)">
        ${icon('frame-forward')}</button>
      <span class="clock"><b>${formatTime(player.time)}</b>
        <span class="of">/ ${formatTime(player.duration)}</span></span>
    </div>
    <div class="group pins">
      ${player.may?.write || player.may?.progress ? pins.filter((kind) =>
          kind === 'progress' || player.may.write).map((kind) => html`
        <button class="pin ${kind}" @click=${() => player.emit('lw-pin', kind)}
            title=${kind === 'noticing' ? 'N' : kind === 'wondering' ? 'W' : nothing}>
          ${icon(kind)} ${t(`pin.${kind}`)}
          ${kind === 'progress' ? nothing : html`<kbd aria-hidden="true">${
            kind === 'noticing' ? 'N' : 'W'}</kbd>`}</button>`) : nothing}
    </div>
    <div class="group end">
      ${rangeChip(player)}
      <label class="speed" title="${t('player.speed')} ([ ])"><span class="visually-hidden">${
          t('player.speed')}</span>
        <select .value=${String(player.speed)} @change=${(event) => {
          player.setSpeed(Number(event.target.value));
          event.target.blur();
        }}>${SPEEDS.map((speed) => html`<option value=${speed}
            ?selected=${speed === player.speed}>${number(speed)}×</option>`)}</select></label>
      <button class="flat icon-only" @click=${() => player.toggleSound()} aria-pressed=${player.muted}
          aria-label=${t('player.mute')} title="${t('player.mute')} (M)">
        ${icon(player.muted ? 'sound-off' : 'sound')}</button>
      ${player.facts?.captions ? html`<button class="flat icon-only" @click=${() => player.toggleCaptions()}
          aria-pressed=${player.captions} aria-label=${t('player.captions')}
          title="${t('player.captions')} (C)">${icon('captions')}</button>` : nothing}
      <button class="flat icon-only" ?disabled=${!ready} @click=${() => player.toggleFullscreen()}
          aria-label=${t('player.fullscreen')} title="${t('player.fullscreen')} (F)">
        ${icon('fullscreen')}</button>
      <button class="flat icon-only keys-button" @click=${() => player.emit('lw-keys')}
          aria-label=${t('player.keys')} title="${t('player.keys')} (?)">${icon('keys')}</button>
    </div>
  </div>`;
}

function rangeChip(player) {
  if (player.rangeIn === null)
    return nothing;
  return html`<span class="range-chip" role="status">
    ${player.rangeOut === null ? t('player.range-open', {start: formatTime(player.rangeIn)})
      : html`${formatSpan(player.rangeIn, player.rangeOut)}
        <button class="flat icon-only small" aria-pressed=${player.loop} @click=${() => player.toggleLoop()}
          aria-label=${t('player.loop')} title="${t('player.loop')} (L)">${icon('loop')}</button>
        ${player.segment.is_mine ? html`<button class="flat icon-only small" data-act="clip"
          @click=${() => player.emit('lw-clip', player.range)} aria-label=${t('clips.of-range')}
          title=${t('clips.of-range')}>${icon('clip')}</button>` : nothing}`}
    <button class="flat icon-only small" @click=${() => player.clearRange()}
        aria-label=${t('player.range-clear')} title="${t('player.range-clear')} (X)">
      ${icon('close')}</button></span>`;
}
