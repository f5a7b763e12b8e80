import type {RawInstruction} from '../text/raw-instruction.js';
import {Refusal} from '../refusal.js';
import {readFlags} from './flags.js';

// https://pkg.go.dev/time#ParseDuration
const duration =
	/^[\-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/v;
const part = /(?<amount>\d+(?:\.\d*)?|\.\d+)(?<unit>ns|us|µs|μs|ms|s|m|h)/gv;

const milliseconds: Readonly<Record<string, number>> = {
	ns: 0.000_001,
	us: 0.001,
	µs: 0.001,
	μs: 0.001,
	ms: 1,
	s: 1000,
	m: 60_000,
	h: 3_600_000,
};

function checkDuration(flag: string, text: string): void {
	if (/^[\-+]?0$/v.test(text)) {
		return;
	}

	if (!duration.test(text)) {
		throw new Refusal(
			`--${flag}=${text} is no duration (an example of one: --${flag}=1m30s)`,
		);
	}

	let total = 0;
	for (const {groups} of text.matchAll(part)) {
		total += Number(groups!['amount']) * milliseconds[groups!['unit']!]!;
	}

	if (total !== 0 && (total < 1 || text.startsWith('-'))) {
		throw new Refusal(
			`--${flag}=${text} is shorter than the shortest possible, 1ms`,
		);
	}
}

function checkRetries(text: string): void {
	const retries = Number(text);
	if (!/^[\-+]?\d+$/v.test(text) || retries < 0 || retries > 0x7f_ff_ff_ff) {
		throw new Refusal(`--retries=${text} is no number of retries`);
	}
}

/**
@param raw - The parts of a HEALTHCHECK.
@throws {Refusal} When it is neither NONE alone nor CMD with a command, or a flag of it is wrong.
*/
export function checkHealthcheck({
	keyword,
	words: [kind, ...command],
	flags: given,
	isJson,
}: RawInstruction): void {
	if (kind === undefined) {
		throw new Refusal('HEALTHCHECK needs NONE, or CMD and a command');
	}

	if (kind.toUpperCase() === 'NONE') {
		if (command.length > 0) {
			throw new Refusal('nothing can follow HEALTHCHECK NONE');
		}

		return;
	}

	const flags = readFlags(keyword, given);
	if (kind.toUpperCase() !== 'CMD') {
		throw new Refusal(`HEALTHCHECK can be NONE or CMD, not ${kind}`);
	}

	if (command.length === 0) {
		throw new Refusal(
			`HEALTHCHECK CMD needs a command${isJson ? ' in its array' : ''}`,
		);
	}

	for (const [flag, [value = '']] of flags) {
		if (value !== '') {
			if (flag === 'retries') {
				checkRetries(value);
			} else {
				checkDuration(flag, value);
			}
		}
	}
}
