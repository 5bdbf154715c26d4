// Each rule bites on a bad sample and leaves a good one alone.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

import {check as coAwaitBrace} from './rules/co_await_brace.mjs';
import {check as fileLength} from './rules/file_length.mjs';
import {check as format} from './rules/format.mjs';
import {check as hostileCases} from './rules/hostile_cases.mjs';
import {check as houseWords} from './rules/house_words.mjs';
import {check as includeDirection} from './rules/include_direction.mjs';
import {check as revealAllowList} from './rules/reveal_allow_list.mjs';
import {readSources} from './sources.mjs';

// {path: text} as the rules want it.
const files = (sample) => Object.entries(sample).map(([at, text]) => ({path: at, text}));
const bites = (check, sample, complaint) => {
  const said = check(files(sample));
  assert.ok(said.some((line) => complaint.test(line)), `${JSON.stringify(sample)} gave ${JSON.stringify(said)}`);
};
const leavesAlone = (check, sample) => assert.deepEqual(check(files(sample)), []);

const HEADERS = {
  'core/base64.h': '', 'core/error.h': '', 'core/secret.h': '', 'core/url.h': '', 'os/files.h': '', 'ipc/messages.h': '', 'daemon/ports.h': '',
  'daemon/broker.h': '', 'daemon/adapters/https_transport.h': '', 'daemon/adapters/system_browser.h': '',
  'ipc/include/latchkey/client.h': '', 'cli/render.h': '',
  'providers/builtin.h': '',
};

test('include_direction refuses every arrow that points the wrong way', () => {
  const wrong = [
    ['core/a.cpp', 'os/files.h'], ['os/a.cpp', 'ipc/messages.h'], ['ipc/a.cpp', 'daemon/ports.h'],
    ['daemon/a.cpp', 'daemon/adapters/https_transport.h'], ['daemon/adapters/a.cpp', 'daemon/broker.h'],
    ['daemon/adapters/a.cpp', 'daemon/adapters/https_transport.h'], ['daemon/adapters/a.cpp', 'ipc/messages.h'],
    ['core/a.cpp', 'providers/builtin.h'], ['cli/a.cpp', 'core/url.h'], ['cli/a.cpp', 'ipc/messages.h'], ['daemon/a.cpp', 'cli/render.h'],
  ];
  for (const [from, to] of wrong) bites(includeDirection, {...HEADERS, [from]: `#include "${to}"\n`}, /may not include/);
});

test('include_direction allows the arrows of the design', () => {
  const right = [
    ['os/a.cpp', 'core/url.h'], ['ipc/a.cpp', 'os/files.h'], ['daemon/main.cpp', 'daemon/adapters/https_transport.h'],
    ['daemon/adapters/https_transport.cpp', 'daemon/adapters/https_transport.h'], ['daemon/adapters/a.cpp', 'daemon/ports.h'],
    ['daemon/a.cpp', 'providers/builtin.h'], ['cli/a.cpp', 'latchkey/client.h'], ['cli/a.cpp', 'core/error.h'], ['cli/a.cpp', 'core/base64.h'], ['tests/daemon/a.cpp', 'daemon/adapters/https_transport.h'],
  ];
  for (const [from, to] of right) leavesAlone(includeDirection, {...HEADERS, [from]: `#include "${to}"\n`});
});

test('include_direction takes several files for one adapter, where they are listed', () => {
  const part = {'daemon/adapters/proxy.h': '', 'daemon/adapters/store_key.h': ''};
  leavesAlone(includeDirection, {...part, 'daemon/adapters/https_transport.cpp': '#include "daemon/adapters/proxy.h"\n'});
  bites(includeDirection, {...part, 'daemon/adapters/https_transport.cpp': '#include "daemon/adapters/store_key.h"\n'}, /may not include/);
});

test('include_direction keeps Asio, clocks and files out of core', () => {
  for (const name of ['boost/asio.hpp', 'thread', 'fstream', 'sys/socket.h']) {
    bites(includeDirection, {'core/a.cpp': `#include <${name}>\n`}, /no business/);
  }
  bites(includeDirection, {'core/a.h': '#include <nlohmann/json.hpp>\n'}, /JSON/);
  bites(includeDirection, {'core/a.cpp': 'auto t = std::chrono::system_clock::now();\n'}, /no clock/);
  leavesAlone(includeDirection, {'core/a.cpp': '#include <chrono>\n#include <nlohmann/json.hpp>\n'});
});

test('include_direction sees Asio through a header', () => {
  const sample = {
    'ipc/CMakeLists.txt': 'add_library(latchkey_client STATIC\n  client.cpp)\n',
    'ipc/client.cpp': '#include "ipc/wire.h"\n',
    'ipc/wire.h': '#include <boost/asio/buffer.hpp>\n',
  };
  bites(includeDirection, sample, /ipc\/client\.cpp: .*free of Asio/);
});

test('include_direction keeps Beast and TLS in one file', () => {
  const both = '#include <boost/beast/http.hpp>\n#include <boost/asio/ssl/stream.hpp>\n';
  bites(includeDirection, {'daemon/broker.cpp': both}, /Beast and TLS/);
  leavesAlone(includeDirection, {'daemon/adapters/https_transport.cpp': both});
  leavesAlone(includeDirection, {'daemon/a.cpp': '#include <boost/beast/http.hpp>\n#include <boost/asio/ssl/context.hpp>\n'});
});

test('include_direction finds a circle', () => {
  const sample = {'core/a.h': '#include "core/b.h"\n', 'core/b.h': '#include "core/c.h"\n', 'core/c.h': '#include "core/a.h"\n'};
  bites(includeDirection, sample, /core\/a\.h -> core\/b\.h -> core\/c\.h -> core\/a\.h: a circle/);
});

test('co_await_brace finds a brace on any line of the expression', () => {
  const wrong = ['co_await f({.url = s});', 'auto x = co_await g(1,\n    request{2});', 'co_await thing{};', 'if (co_await f({1})) {}',
    'co_return answer{{}, encode(co_await all())};', 'f({co_await g()});', 'x y{co_await g()};', 'return a<b>{1, co_await g()};'];
  for (const text of wrong) bites(coAwaitBrace, {'daemon/a.cpp': text}, /daemon\/a\.cpp:1:/);
});

test('co_await_brace leaves blocks, comments and strings alone', () => {
  const right = ['if (co_await f()) { g(); }', 'while (!co_await f(a[1])) {}', '// co_await f({})', 'co_await f("{");', 'co_await f(\'{\');',
    'co_await f(1);\n{ int a{2}; }', 'for (auto x : co_await f()) {}', 'if (x) { co_await f(); }',
    'else { a b{1}; co_await f(); }', 'auto l = []() -> task<void> { co_await f(); };', 'task<> f() const { co_await g(); }',
    'for (;;) { switch (x) { case 1: { co_await f(); } } }', 'auto l = [x] { return 1; };\nco_await f();'];
  for (const text of right) leavesAlone(coAwaitBrace, {'daemon/a.cpp': text});
});

test('file_length stops at 300 lines', () => {
  leavesAlone(fileLength, {'core/a.cpp': 'x\n'.repeat(300), 'docs/a.md': 'x\n'.repeat(900)});
  bites(fileLength, {'core/a.cpp': 'x\n'.repeat(301)}, /core\/a\.cpp: 301 lines/);
});

test('reveal_allow_list wants a reason for each file, and no stale reasons', () => {
  const check = (sample) => revealAllowList(sample, '', {'core/secret.h': 'a reason'});
  const secret = {'core/secret.h': 'auto c = reveal();'};
  leavesAlone(check, {...secret, 'tests/core/a.cpp': 's.reveal();', 'core/b.cpp': '// s.reveal()'});
  bites(check, {...secret, 'core/b.cpp': 'auto x = s.reveal();'}, /core\/b\.cpp: reveals/);
  bites(check, {...secret, 'core/b.cpp': 'auto x = s->reveal();'}, /core\/b\.cpp: reveals/);
  bites(check, {'core/secret.h': ''}, /core\/secret\.h: on the list/);
});

test('house_words refuses what is unfinished, switched off, asleep or nameless', () => {
  const wrong = {
    'core/string_util.h': '', 'daemon/helpers/a.h': '', 'core/helper_text.h': '', 'core/a.cpp': '// TODO: later', 'tests/a_test.cpp': 'GTEST_SKIP();',
    'tests/b_test.cpp': 'TEST(A, DISABLED_B) {}', 'tests/a.mjs': "test.skip('x');", 'tests/b.mjs': 'await setTimeout(5);',
    'tests/c.mjs': "test('x', {skip: true});",
    'tests/c_test.cpp': 'std::this_thread::sleep_for(1s);', 'tests/run.sh': 'sleep 1',
    'package-lock.json': '"resolved": "https://registry.example/x"',
  };
  for (const [at, text] of Object.entries(wrong)) bites(houseWords, {[at]: text}, new RegExp(at.replaceAll('.', '\\.')));
});

test('house_words leaves plain words alone', () => {
  leavesAlone(houseWords, {'core/a.cpp': 'latchkey::client("work"); // the daemon sleeps(…) until asked', 'docs/a.md': 'network/work, a common word',
    'cli/verb_helper.cpp': '', 'cli/helper_git.cpp': '', 'tests/cli/helper_process_test.cpp': '', 'tests/e2e/helper_git_test.mjs': '',
    'tests/e2e/support/programs.mjs': 'setTimeout(f, 1);', 'scripts/demo': 'sleepless'});
});

test('hostile_cases wants a row for each case, and a test that is there and has its number', () => {
  const sources = readSources(fileURLToPath(new URL('../..', import.meta.url)));
  assert.deepEqual(hostileCases(sources), []);
  const page = sources.find((file) => file.path === 'docs/HOSTILE_CASES.md').text;
  const row = page.match(/^\| L31 .*$/m)[0];
  const saysOf = (changed, files = sources) =>
    hostileCases(files.map((file) => file.path === 'docs/HOSTILE_CASES.md' ? {...file, text: page.replace(row, changed)} : file)).join('\n');
  assert.match(saysOf(''), /no row for case L31/);
  assert.match(saysOf(`${row}\n${row}`), /L31 has two rows/);
  assert.match(saysOf('| L31 | guesses | refused | none |'), /no test for case L31/);
  assert.match(saysOf('| L31 | guesses | refused | `RedirectJudge.L31_Gone` |'), /not there: RedirectJudge\.L31_Gone/);
  assert.match(saysOf('| L31 | guesses | refused | `RedirectJudge.L10_OnlyGet` |'), /without its number: RedirectJudge\.L10_OnlyGet/);
  assert.match(saysOf(`${row}\n| L99 | x | y | \`RedirectJudge.L10_OnlyGet\` |`), /there is no case L99/);
  assert.match(saysOf(row, sources.filter((file) => !file.path.endsWith('hostile_port_test.mjs'))), /L31 names a test that is not there/);
  assert.match(saysOf(row, sources.filter((file) => file.path !== 'tests/core/redirect_judge_test.cpp')), /L10 names a test that is not there/);
});

test('format finds a file that clang-format would change', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'latchkey-lint-'));
  const style = fileURLToPath(new URL('../../.clang-format', import.meta.url));
  fs.copyFileSync(style, path.join(root, '.clang-format'));
  const complaints = (text) => {
    fs.writeFileSync(path.join(root, 'a.cpp'), text);
    return format([{path: 'a.cpp', text}], root);
  };
  try {
    assert.deepEqual(complaints('int main() { return 0; }\n').length, 1);
    assert.deepEqual(complaints('int x = 1;\n'), []);
  } finally {
    fs.rmSync(root, {recursive: true});
  }
});
