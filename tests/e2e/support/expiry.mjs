// Waits for the moment at which a token dies. The passing of time is the event here; nothing else can be awaited.
import {setTimeout as timer} from 'node:timers/promises';

/** Completes once the wall clock has passed `expiresAt`, Unix seconds. */
export async function expiry(expiresAt) {
  for (let left; (left = expiresAt * 1000 - Date.now()) >= 0;) await timer(left + 1);
}
