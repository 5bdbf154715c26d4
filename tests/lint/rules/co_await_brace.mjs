// g++ 12 destroys a brace-built temporary inside a co_await expression twice. Name the value first.
import {isCpp, lineOf, withoutCommentsAndStrings} from '../sources.mjs';

// The offset of a `{` in the expression that starts at `offset`, or -1. The expression ends with `;`, or with the bracket
// that was opened before it.
function braceInExpression(text, offset) {
  let depth = 0;
  for (let at = offset; at < text.length; ++at) {
    const letter = text[at];
    if (letter === '{') return at;
    if (letter === '(' || letter === '[') ++depth;
    if (letter === ')' || letter === ']') --depth;
    if (depth < 0 || (depth === 0 && (letter === ';' || letter === '}'))) return -1;
  }
  return -1;
}

export function check(files) {
  return files.filter(isCpp).flatMap((file) => {
    const text = withoutCommentsAndStrings(file.text);
    return [...text.matchAll(/\bco_await\b/g)]
      .filter((found) => braceInExpression(text, found.index) >= 0)
      .map((found) => `${file.path}:${lineOf(text, found.index)}: a brace to the right of co_await`);
  });
}
