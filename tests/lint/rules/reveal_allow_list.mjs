// Every file that looks inside a secret, with its reason. A new one is a decision, not an accident.
import {isCpp, withoutCommentsAndStrings} from '../sources.mjs';

const ALLOWED = {
  'core/secret.h': 'makes a second copy',
  'core/secret.cpp': 'compares two secrets',
};

export function check(files, _root, allowed = ALLOWED) {
  const revealing = files.filter((file) => isCpp(file) && !/^(tests|bench)\//.test(file.path))
    .filter((file) => /(\.|->|\b)reveal\(\)/.test(withoutCommentsAndStrings(file.text))).map((file) => file.path);
  return [
    ...revealing.filter((path) => !(path in allowed)).map((path) => `${path}: reveals a secret and is not on the list`),
    ...Object.keys(allowed).filter((path) => !revealing.includes(path)).map((path) => `${path}: on the list, but reveals nothing`),
  ];
}
