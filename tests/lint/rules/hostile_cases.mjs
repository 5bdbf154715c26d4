// docs/HOSTILE_CASES.md and the tests agree: every case has a row, every row a test, every test is there and has its number.
import path from 'node:path';

const PAGE = 'docs/HOSTILE_CASES.md';

// How many cases each theme has: numbers run from 1.
const THEMES = {L: 32, T: 28, D: 10, O: 11, V: 11, R: 25, I: 19, S: 14, C: 9, P: 5};

const ROW = /^\| ([A-Z]\d+) \|.*\| ([^|]*) \|$/gm;

/** The tests of each case: {number: [name]}, and complaints about rows that are no rows. */
function rowsOf(text) {
  const rows = new Map();
  const complaints = [];
  for (const [, number, tests] of text.matchAll(ROW)) {
    if (!(Number(number.slice(1)) <= (THEMES[number[0]] ?? 0))) complaints.push(`${PAGE}: there is no case ${number}`);
    if (rows.has(number)) complaints.push(`${PAGE}: ${number} has two rows`);
    rows.set(number, [...tests.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  }
  return {rows, complaints};
}

/** True where `files` have the test that the page names so. */
function exists(name, files) {
  const fuzz = name.match(/^fuzz_(\w+)$/);
  if (fuzz) return files.some((file) => file.path === `tests/fuzz/${fuzz[1]}.cpp`);
  const inFile = name.match(/^(\S+_test\.(?:mjs|py)): (.+)$/);
  if (inFile) {
    const [, base, title] = inFile;
    const names = [`'${title.replaceAll("'", "\\'")}'`, `def ${title}(`];
    return files.some((file) => path.basename(file.path) === base && names.some((each) => file.text.includes(each)));
  }
  const [suite, test] = name.split('.');
  return files.some((file) => file.path.endsWith('.cpp') && new RegExp(`\\bTEST(_F|_P)?\\(\\s*${suite},\\s*${test}\\)`).test(file.text));
}

const carries = (name, number) => /^fuzz_/.test(name) || new RegExp(`(?<![A-Za-z0-9])${number}(?![A-Za-z0-9])`).test(name);

export function check(files) {
  const page = files.find((file) => file.path === PAGE);
  if (!page) return [`${PAGE}: is missing`];
  const tests = files.filter((file) => file.path.startsWith('tests/'));
  const {rows, complaints} = rowsOf(page.text);
  const wanted = Object.entries(THEMES).flatMap(([theme, count]) => Array.from({length: count}, (_, i) => `${theme}${i + 1}`));
  for (const number of wanted) {
    if (!rows.has(number)) complaints.push(`${PAGE}: no row for case ${number}`);
  }
  for (const [number, names] of rows) {
    if (names.length === 0) complaints.push(`${PAGE}: no test for case ${number}`);
    for (const name of names) {
      if (!exists(name, tests)) complaints.push(`${PAGE}: ${number} names a test that is not there: ${name}`);
      if (!carries(name, number)) complaints.push(`${PAGE}: ${number} names a test without its number: ${name}`);
    }
  }
  return complaints;
}
