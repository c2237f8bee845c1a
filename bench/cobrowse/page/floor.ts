import { record } from '@rrweb/record';
import { Replayer } from '@rrweb/replay';
import type { eventWithTime } from '@rrweb/types';

/*
 * The floor: one page that records itself and replays at once what was recorded, with rrweb and without any buffer.
 */

const root = document.body.appendChild(document.createElement('div'));
root.id = 'mirror';
root.className = 'rr-block';

const player = new Replayer([], { root, liveMode: true, mouseTail: false, showWarning: false });
player.startLive(Date.now());
record({ emit: (event) => player.addEvent(event as eventWithTime) });

Object.assign(window, { mirrored: () => player.iframe.contentDocument });
