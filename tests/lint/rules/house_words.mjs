// Words that say that something is unfinished, unnamed, switched off or waiting for luck, and addresses of registries.
const NAMELESS = /(^|[/_.-])(utils?|common|managers?|helpers?|misc)([/_.-]|$)/i;

// Words of the trade.
const NAMED_BY_OTHERS = new RegExp([
  '/service_manager\\.(h|cpp)$',  // what systemd calls itself
  '(/|verb_)helper(_(tools|git|kubectl|xoauth2))?(_process)?(_test)?\\.(h|cpp|mjs)$',  // the verb: git says credential helper
].join('|'));

// A rule is about the files whose path matches `where`.
const WORDS = [
  {where: /./, word: /\b(TODO|FIXME|XXX|HACK)\b/, why: 'finish it, or leave it out'},
  {where: /^tests\//, word: /\b(GTEST_SKIP|DISABLED_\w*)|\b(test|describe|it)\.(skip|todo)\b|\b(skip|todo):\s/, why: 'a test runs, or it is no test'},
  {where: /^tests\/.*\.(h|cpp)$/, word: /\b(sleep_for|sleep_until|usleep|nanosleep)\b|[^_\w]sleep\(/, why: 'await the event'},
  {where: /^tests\/.*\.mjs$/, word: /\bsetTimeout\b|\btimers\/promises\b/, why: 'await the event'},
  {where: /^tests\/.*(\.sh|\/[^.]+)$/, word: /^\s*sleep\b|[;&|]\s*sleep\b/, why: 'await the event'},
  {where: /package-lock\.json$/, word: /"resolved":/, why: 'names a registry'},
];

// Timers that are no sleeps.
const ALLOWED = {
  'tests/e2e/support/programs.mjs': 'the longest wait for an event',
  'tests/e2e/support/expiry.mjs': 'the passing of time is the event',
};

export function check(files) {
  const ours = files.filter((file) => !file.path.startsWith('tests/lint/'));
  const names = ours.filter((file) => NAMELESS.test(file.path) && !NAMED_BY_OTHERS.test(file.path)).map((file) => `${file.path}: a name that says nothing`);
  const words = ours.flatMap((file) => WORDS.filter(({where}) => where.test(file.path)).flatMap(({word, why}) =>
    file.text.split('\n').flatMap((line, index) => {
      const found = line.match(word);
      if (!found || (why === 'await the event' && file.path in ALLOWED)) return [];
      return [`${file.path}:${index + 1}: "${found[0].trim()}": ${why}`];
    })));
  return [...names, ...words];
}
