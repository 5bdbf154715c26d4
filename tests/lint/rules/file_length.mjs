// A file is one theme, read in one sitting.
const LONGEST = 300;

export function check(files) {
  return files.filter((file) => /\.(h|cpp|mjs)$/.test(file.path))
    .map((file) => ({path: file.path, lines: file.text.split('\n').length - 1}))
    .filter(({lines}) => lines > LONGEST)
    .map(({path, lines}) => `${path}: ${lines} lines; split it by theme (at most ${LONGEST})`);
}
