import type {Change} from '../../filesystem/compare/change.js';
import {readableOf} from '../../text/byte-path.js';

const letters = {added: 'A', removed: 'D', changed: 'M'} as const;

/** @returns A line as `git diff --name-status` has it: `A`, `D`, `M`, or `T` for what became something else; a tab; the path. */
export function nameStatus({path, kind, aspects}: Change): string {
	const letter = aspects.includes('type') ? 'T' : letters[kind];
	return `${letter}\t${path === '' ? '.' : readableOf(path)}\n`;
}
