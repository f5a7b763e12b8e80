import type {Cause} from '../../debugger/machine/explanation.js';
import type {Complaint} from './words/complaints.js';
import {shellsIn} from './missing.js';
import type {Setting} from './setting.js';

/** What only a shell reads: operators, redirections, and what it puts values in. */
const ofShell =
	/^(?:&&?|\|\|?|;|\d?>>?(?:&\d)?|<|\d?>>?&?[\w.\/]+)$|\$[\w\{\(]|`/v;

/** A whole command line in place of one word. */
const isLine = /\S\s+\S/v;

/**
@param words - Of a RUN.
@param text - The instruction.
@returns Whether these are the words of its JSON array, which are given to the program as they are.
*/
export function isExecForm(text: string, words: readonly string[]): boolean {
	const array = /^(?:ONBUILD\s+)?RUN\s+(?:--\S+\s+)*(?<array>\[.*\])$/isv.exec(
		text.trim(),
	)?.groups!['array'];
	try {
		return (
			array !== undefined &&
			JSON.stringify(JSON.parse(array)) === JSON.stringify(words)
		);
	} catch {
		return false;
	}
}

/** @returns Which word, that was complained of, only a shell would have read; `null` where there is none. */
export async function explainExecForm(
	setting: Setting,
	complaints: readonly Complaint[],
): Promise<Cause | null> {
	const {form, process} = setting;
	const [program = '', ...others] = process.arguments;
	if (form !== 'exec') {
		return null;
	}

	const named = new Set(
		complaints.flatMap(complaint =>
			complaint.kind === 'path'
				? complaint.paths
				: complaint.kind === 'start'
					? [complaint.program]
					: [],
		),
	);
	const word =
		others.find(other => ofShell.test(other) && named.has(other)) ??
		[program].find(other => isLine.test(other) && named.has(other));
	return word === undefined
		? null
		: {kind: 'exec-form', program, word, shells: await shellsIn(setting)};
}
