// Who may include whom. docs/ARCHITECTURE.md says why; the CMake libraries hold the same arrows at link time.
import {isCpp} from '../sources.mjs';

// One adapter may be several files. They may include each other, and nothing of another adapter.
const ADAPTERS_OF_SEVERAL_FILES = [
  ['https_transport', 'http_answer', 'tls_client', 'name_lookup', 'network_fault', 'proxy', 'proxy_tunnel', 'beast'],
  ['loopback_listener', 'redirect_session', 'port_owner'],
  ['desktop_notifier', 'notification_bus'],
  ['store_choice', 'file_store', 'file_journal', 'secret_service_store', 'store_key', 'store_thread', 'record_text', 'record_file',
    'keyring', 'libsecret', 'state_lock'],
];

// Asio, sockets, clocks, files, threads and the environment are not core's.
const NOT_IN_CORE = /^(boost\/(asio|beast)|thread$|mutex$|shared_mutex$|condition_variable$|future$|fstream$|filesystem$|unistd\.h|fcntl\.h|sys\/|netinet\/|arpa\/|toml\+\+|libsecret|systemd)/;
const CALLS_NOT_IN_CORE = /\b(getenv|secure_getenv|(system|steady|high_resolution)_clock::now|clock_gettime|std::time)\b/;
const ASIO = /^boost\/(asio|beast)/;
// What is slow to compile together: a TLS stream, and Beast beyond its error codes.
const TLS = /^boost\/(asio\/ssl\.hpp|asio\/ssl\/stream|beast\/ssl)/;
const BEAST = /^boost\/beast(?!\/(core|http)\/error\.hpp)/;
const MAY_SEE_BEAST_AND_TLS = /^tests\/|(^|\/)(https_transport|beast)\.(h|cpp)$/;

const includesOf = (file) => [...file.text.matchAll(/^\s*#\s*include\s*([<"])([^>"]+)[>"]/gm)].map(([, , name]) => name);

function roomOf(path) {
  if (path.startsWith('ipc/include/') || path.startsWith('latchkey/')) return 'client';
  if (path.startsWith('daemon/adapters/')) return 'adapters';
  return path.split('/')[0];
}

const stem = (path) => path.split('/').at(-1).replace(/\.(h|cpp)$/, '');

function adapterMayInclude(from, to) {
  if (['core', 'os'].includes(roomOf(to)) || ['daemon/ports.h', 'daemon/log.h'].includes(to)) return true;
  if (roomOf(to) !== 'adapters') return false;
  return stem(to) === stem(from)
    || ADAPTERS_OF_SEVERAL_FILES.some((parts) => parts.includes(stem(from)) && parts.includes(stem(to)));
}

// Values and checks of core that the command line shares with the daemon.
const PLAIN_CORE = ['core/base64.h', 'core/bounded_json.h', 'core/error.h', 'core/fast_api_key.h', 'core/secret.h'];

const MAY_INCLUDE = {
  core: (from, to) => roomOf(to) === 'core',
  providers: (from, to) => roomOf(to) === 'providers',
  os: (from, to) => ['core', 'os'].includes(roomOf(to)),
  client: (from, to) => roomOf(to) === 'client',
  ipc: (from, to) => ['core', 'os', 'ipc', 'client'].includes(roomOf(to)),
  adapters: adapterMayInclude,
  daemon: (from, to) => ['core', 'os', 'ipc', 'providers', 'daemon'].includes(roomOf(to))
    || (roomOf(to) === 'adapters' && from === 'daemon/main.cpp'),
  cli: (from, to) => ['cli', 'client', 'os'].includes(roomOf(to)) || PLAIN_CORE.includes(to),
};

// Everything that `path` includes, itself or through our own headers.
function closure(path, graph, seen = new Set()) {
  for (const name of graph.get(path) ?? []) {
    if (seen.has(name)) continue;
    seen.add(name);
    closure(name, graph, seen);
  }
  return seen;
}

function circles(graph) {
  const complaints = [];
  const state = new Map();
  const visit = (path, trail) => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      complaints.push(`${[...trail.slice(trail.indexOf(path)), path].join(' -> ')}: a circle of includes`);
      return;
    }
    state.set(path, 'open');
    for (const next of graph.get(path) ?? []) if (graph.has(next)) visit(next, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of graph.keys()) visit(path, []);
  return complaints;
}

// The sources of the client library, as ipc/CMakeLists.txt lists them.
function clientSources(files) {
  const cmake = files.find((file) => file.path === 'ipc/CMakeLists.txt')?.text ?? '';
  const listed = cmake.match(/add_library\(latchkey_client\b([^)]*)\)/)?.[1] ?? '';
  return listed.split(/\s+/).filter((word) => word.endsWith('.cpp')).map((word) => `ipc/${word}`);
}

function checkCore(file, includes) {
  const complaints = includes.filter((name) => NOT_IN_CORE.test(name) && !(file.path.endsWith('.cpp') && name.startsWith('toml++')))
    .map((name) => `${file.path}: core has no business with <${name}>`);
  if (file.path.endsWith('.h') && includes.some((name) => name.startsWith('nlohmann/') && name !== 'nlohmann/json_fwd.hpp')) {
    complaints.push(`${file.path}: core shows no JSON library in its headers`);
  }
  const call = file.text.match(CALLS_NOT_IN_CORE);
  if (call) complaints.push(`${file.path}: core reads no clock and no environment (${call[0]})`);
  return complaints;
}

export function check(files) {
  const sources = files.filter(isCpp);
  const graph = new Map(sources.map((file) => [file.path.replace(/^ipc\/include\//, ''), includesOf(file)]));
  const client = new Set(clientSources(files));
  const complaints = circles(graph);
  for (const file of sources) {
    const includes = includesOf(file);
    const mayInclude = MAY_INCLUDE[roomOf(file.path)];
    for (const to of includes.filter((name) => graph.has(name))) {
      if (mayInclude && !mayInclude(file.path, to)) complaints.push(`${file.path}: may not include ${to}`);
    }
    if (roomOf(file.path) === 'core') complaints.push(...checkCore(file, includes));
    const all = closure(file.path.replace(/^ipc\/include\//, ''), graph);
    const sees = (pattern) => [...all].some((name) => pattern.test(name));
    if ((client.has(file.path) || roomOf(file.path) === 'client' || roomOf(file.path) === 'cli') && sees(ASIO)) {
      complaints.push(`${file.path}: the client library and the command line are free of Asio`);
    }
    if (sees(BEAST) && sees(TLS) && !MAY_SEE_BEAST_AND_TLS.test(file.path)) {
      complaints.push(`${file.path}: Beast and TLS together are slow to compile and belong in https_transport`);
    }
  }
  return complaints;
}
