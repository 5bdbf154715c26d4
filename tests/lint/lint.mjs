// Runs one rule over the project: node lint.mjs RULE ROOT. Prints a line for each complaint, and exits 1 where there is one.
import {readSources} from './sources.mjs';

const [rule, root] = process.argv.slice(2);
const {check} = await import(`./rules/${rule}.mjs`);
const complaints = check(readSources(root), root);
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length > 0 ? 1 : 0;
