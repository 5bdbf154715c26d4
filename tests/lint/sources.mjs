// The project's files as the lint rules see them: {path, text}, path relative to the root. No rule reads the disk itself,
// so that the rules can be tried on samples.
import fs from 'node:fs';
import path from 'node:path';

const NOT_OURS = new Set(['.git', 'build', 'node_modules', 'artifacts']);
const TEXT = /(\.(h|cpp|mjs|cjs|js|json|md|toml|cmake|txt|varlink|service|socket|sh|yml|yaml|in|go|py|clang-format|clang-tidy)|^[^.]+)$/;
const LARGEST = 1024 * 1024;

export function readSources(root) {
  const below = (folder) => fs.readdirSync(path.join(root, folder), {withFileTypes: true}).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) return below(at);
    if (!entry.isFile() || !TEXT.test(entry.name)) return [];
    return fs.statSync(path.join(root, at)).size > LARGEST ? [] : [at];
  });
  return below('').map((at) => ({path: at, text: fs.readFileSync(path.join(root, at), 'utf8')}));
}

export const isCpp = (file) => /\.(h|cpp)$/.test(file.path);

/** C++ text with comments, strings and character literals blanked out; every line stays where it is. */
export function withoutCommentsAndStrings(text) {
  const blank = (found) => found.replace(/[^\n]/g, ' ');
  return text.replace(
      /\/\/[^\n]*|\/\*[\s\S]*?\*\/|R"([^\s()\\]{0,16})\([\s\S]*?\)\1"|"(?:[^"\\\n]|\\.)*"|(?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)+'/g, blank);
}

export const lineOf = (text, offset) => text.slice(0, offset).split('\n').length;
