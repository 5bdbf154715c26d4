// Looks at the memory of a running process, as root may (proc(5)): for bytes in it, and how much there is.
import {Buffer} from 'node:buffer';
import fs from 'node:fs';

const CHUNK = 1 << 20;

// Pages of a file that nobody may write hold what the file holds.
function readableMaps(pid) {
  const lines = fs.readFileSync(`/proc/${pid}/maps`, 'latin1').trim().split('\n');
  return lines.map((line) => line.match(/^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ (\d+)\s*(.*)$/))
    .filter(([, , , permissions, inode]) => permissions[0] === 'r' && (permissions[1] === 'w' || inode === '0'))
    .filter(([, , , , , name]) => name !== '[vvar]' && name !== '[vsyscall]')
    .map(([, from, to, , , name]) => ({from: parseInt(from, 16), to: parseInt(to, 16), name: name || 'anonymous'}));
}

/** This process may look into the memory of others. */
export const mayRead = () => process.getuid() === 0;

/** Bytes of memory that `pid` alone has in use: no file's pages (proc(5), /proc/PID/smaps_rollup). */
export function privateBytes(pid) {
  const [, kilobytes] = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1').match(/^Pss_Anon: +(\d+) kB$/m);
  return kilobytes * 1024;
}

/** Where each of `needles` ({kind: text}) lies in the memory of `pid`: ["kind in [heap]", …]. */
export function foundInMemory(pid, needles) {
  const wanted = Object.entries(needles).map(([kind, text]) => ({kind, bytes: Buffer.from(text, 'latin1')}));
  const overlap = Math.max(...wanted.map(({bytes}) => bytes.length)) - 1;
  const memory = fs.openSync(`/proc/${pid}/mem`, 'r');
  const found = new Set();
  try {
    for (const map of readableMaps(pid)) {
      for (let at = map.from; at < map.to; at += CHUNK) {
        const bytes = Buffer.alloc(Math.min(CHUNK + overlap, map.to - at));
        let size = 0;
        try {
          size = fs.readSync(memory, bytes, 0, bytes.length, at);
        } catch (error) {
          if (error.code !== 'EIO') throw error;  // A guard page, or a device's memory.
        }
        for (const {kind, bytes: needle} of wanted)
          if (bytes.subarray(0, size).includes(needle)) found.add(`${kind} in ${map.name}`);
      }
    }
  } finally {
    fs.closeSync(memory);
  }
  return [...found].sort();
}
