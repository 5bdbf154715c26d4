// g++ 12 destroys a temporary twice that is built with braces in an expression with co_await, whether the brace is to the right
// of co_await or around it. Name the value first.
import {isCpp, lineOf, withoutCommentsAndStrings} from '../sources.mjs';

const OPENS = '([{';
const CLOSES = ')]}';
// What stands before the brace of a block; anything else stands before the brace of a value.
const BEFORE_A_BLOCK = /([;:{})]|\b(else|do|try|noexcept|mutable|const|override|final)|->[\w:<>,\s&*]+)\s*$/;

// The expression ends with `;`, or with the bracket that was opened before it.
function braceToTheRight(text, offset) {
  let depth = 0;
  for (let at = offset; at < text.length; ++at) {
    const letter = text[at];
    if (letter === '{') return true;
    if (letter === '(' || letter === '[') ++depth;
    if (letter === ')' || letter === ']') --depth;
    if (depth < 0 || (depth === 0 && (letter === ';' || letter === '}'))) return false;
  }
  return false;
}

// The expression begins after `;`, or after the brace of the block it is in.
function braceAround(text, offset) {
  let depth = 0;
  for (let at = offset - 1; at >= 0; --at) {
    const letter = text[at];
    if (depth === 0 && letter === ';') return false;
    if (CLOSES.includes(letter)) ++depth;
    if (!OPENS.includes(letter)) continue;
    if (depth > 0) --depth;
    else if (letter === '{') return !BEFORE_A_BLOCK.test(text.slice(Math.max(0, at - 200), at));
  }
  return false;
}

export function check(files) {
  return files.filter(isCpp).flatMap((file) => {
    const text = withoutCommentsAndStrings(file.text);
    return [...text.matchAll(/\bco_await\b/g)]
      .filter((found) => braceToTheRight(text, found.index) || braceAround(text, found.index))
      .map((found) => `${file.path}:${lineOf(text, found.index)}: a brace in an expression with co_await`);
  });
}
