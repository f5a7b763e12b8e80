import {nearMiss} from '../../text/near-miss.js';
import {type Heredoc, heredocOf} from '../text/heredoc.js';
import {keywords} from '../text/keyword.js';
import type {RawInstruction} from '../text/raw-instruction.js';
import {Refusal} from '../refusal.js';
import {trimSpace} from '../text/words.js';
import {
	checkDevice,
	mountSource,
	type Option,
	readOptions,
} from './run-options.js';
import {type Flags, readFlags} from './flags.js';
import {checkHealthcheck} from './healthcheck.js';
import {lookalikeIn} from './lookalikes.js';

/** A mount of RUN. */
export type Mount = {
	/** A stage, an image or a named context; empty when nothing is said. */
	readonly from: string;

	/** Not expanded. */
	readonly options: readonly Option[];
};

/** What an instruction says, as far as the stage graph and the faults of a stage depend on it. Nothing in it is expanded. */
export type Command =
	| {
			readonly kind: 'from';
			readonly base: string;
			readonly name: string | null;
			readonly platform: string | null;
	  }
	| {
			readonly kind: 'arg';
			readonly pairs: ReadonlyArray<
				readonly [name: string, value: string | null]
			>;
	  }
	| {
			readonly kind: 'env' | 'label';
			readonly pairs: ReadonlyArray<readonly [name: string, value: string]>;
	  }
	| {
			readonly kind: 'add' | 'copy';
			readonly from: string;
			readonly sources: readonly string[];
			readonly destination: string;
			readonly flags: Flags;
			readonly heredocs: readonly Heredoc[];
	  }
	| {
			readonly kind: 'run';
			readonly mounts: readonly Mount[];
			readonly flags: Flags;

			/** What it runs: the words of its JSON array, or its text for a shell as one word. */
			readonly words: readonly string[];
			readonly isJson: boolean;

			/** Whether its JSON array is empty. */
			readonly isEmpty: boolean;
	  }
	| {readonly kind: 'onbuild'; readonly trigger: RawInstruction}
	| {readonly kind: 'expose' | 'volume'; readonly values: readonly string[]}
	| {readonly kind: 'stopsignal' | 'user' | 'workdir'; readonly value: string}
	| {readonly kind: 'other'};

const stageName = /^[a-z][a-z0-9\-_.]*$/v;

function need(keyword: string, isGiven: boolean, what: string): void {
	if (!isGiven) {
		throw new Refusal(`${keyword} needs ${what}`);
	}
}

const plainFlags = (raw: RawInstruction): void => {
	readFlags(raw.keyword, raw.flags);
};

function readFrom({keyword, words, flags}: RawInstruction): Command {
	const [base = '', as = '', alias] = words;
	const isAliased = words.length === 3 && as.toLowerCase() === 'as';

	if (words.length !== 1 && !isAliased) {
		throw new Refusal(
			'FROM needs an image or a stage, and then at most AS and a name: FROM image AS name',
		);
	}

	const name = isAliased ? alias!.toLowerCase() : null;
	if (name !== null && !stageName.test(name)) {
		throw new Refusal(
			`"${alias!}" is no valid stage name: it starts with a letter, and only letters, digits and - _ . may follow`,
		);
	}

	return {
		kind: 'from',
		base,
		name,
		platform: readFlags(keyword, flags).get('platform')?.[0] || null,
	};
}

function readCopy(raw: RawInstruction): Command {
	const {keyword, words, heredocs} = raw;
	need(
		keyword,
		words.length > 1,
		'at least one source, and then a destination',
	);

	const flags = readFlags(keyword, raw.flags);
	const destination = words.at(-1)!;
	if (heredocOf(destination) !== undefined) {
		throw new Refusal(
			`${keyword} has the heredoc ${destination} as its destination: name a path there`,
		);
	}

	return {
		kind: keyword === 'ADD' ? 'add' : 'copy',
		from: flags.get('from')?.[0] ?? '',
		sources: words.slice(0, -1).filter(word => heredocOf(word) === undefined),
		destination,
		flags,
		heredocs,
	};
}

function readRun({
	keyword,
	flags: given,
	words,
	isJson,
}: RawInstruction): Command {
	const flags = readFlags(keyword, given);
	const [security = 'sandbox'] = flags.get('security') ?? [];
	const [network = 'default'] = flags.get('network') ?? [];

	for (const device of flags.get('device') ?? []) {
		checkDevice(device);
	}

	const mounts = (flags.get('mount') ?? []).map(text => {
		const options = readOptions('mount', text);
		return {from: mountSource(options), options};
	});

	if (!['default', 'none', 'host'].includes(network)) {
		throw new Refusal(
			`--network can be default, none or host, not "${network}"`,
		);
	}

	if (!['sandbox', 'insecure'].includes(security)) {
		throw new Refusal(
			`--security can be sandbox or insecure, not "${security}"`,
		);
	}

	return {
		kind: 'run',
		mounts,
		flags,
		words,
		isJson,
		isEmpty: isJson && words.length === 0,
	};
}

function readArg({words}: RawInstruction): Command {
	need('ARG', words.length > 0, 'a name');

	const pairs = words.map((word): readonly [string, string | null] => {
		const equals = word.indexOf('=');
		if (equals === 0) {
			throw new Refusal(`ARG has no name before "${word}"`);
		}

		return equals === -1
			? [word, null]
			: [word.slice(0, equals), word.slice(equals + 1)];
	});

	return {kind: 'arg', pairs};
}

function readPairs(raw: RawInstruction): Command {
	plainFlags(raw);
	need(raw.keyword, raw.pairs.length > 0, 'a name and a value');

	if (raw.pairs.some(([name]) => name === '')) {
		throw new Refusal(`${raw.keyword} has a value without a name`);
	}

	return {kind: raw.keyword === 'ENV' ? 'env' : 'label', pairs: raw.pairs};
}

function readOnbuild(raw: RawInstruction): Command {
	const {trigger} = raw;
	if (trigger === null) {
		throw new Refusal('ONBUILD needs an instruction');
	}

	plainFlags(raw);
	if (['MAINTAINER', 'FROM'].includes(trigger.keyword)) {
		throw new Refusal(`ONBUILD can't hold ${trigger.keyword}`);
	}

	return {kind: 'onbuild', trigger: {...trigger, heredocs: raw.heredocs}};
}

function readVolume(raw: RawInstruction): Command {
	need('VOLUME', raw.words.length > 0, 'at least one path');
	plainFlags(raw);

	if (raw.words.some(word => trimSpace(word) === '')) {
		throw new Refusal('VOLUME has an empty path');
	}

	return {kind: 'volume', values: raw.words.map(word => trimSpace(word))};
}

function readSingle(raw: RawInstruction): string {
	need(raw.keyword, raw.words.length === 1, 'exactly one value');
	plainFlags(raw);
	return raw.words[0]!;
}

function readShell(raw: RawInstruction): Command {
	plainFlags(raw);
	if (!raw.isJson || raw.words.length === 0) {
		throw new Refusal(
			'SHELL needs its command as a JSON array: SHELL ["/bin/bash", "-c"]',
		);
	}

	return {kind: 'other'};
}

const asOther =
	(check: (raw: RawInstruction) => unknown) =>
	(raw: RawInstruction): Command => {
		check(raw);
		return {kind: 'other'};
	};

function readExpose(raw: RawInstruction): Command {
	need('EXPOSE', raw.words.length > 0, 'at least one port');
	plainFlags(raw);
	return {kind: 'expose', values: raw.words};
}

function readStopsignal({words}: RawInstruction): Command {
	need('STOPSIGNAL', words.length === 1, 'exactly one value');
	return {kind: 'stopsignal', value: words[0]!};
}

const readers: Readonly<Record<string, (raw: RawInstruction) => Command>> = {
	ADD: readCopy,
	ARG: readArg,
	CMD: asOther(plainFlags),
	COPY: readCopy,
	ENTRYPOINT: asOther(plainFlags),
	ENV: readPairs,
	EXPOSE: readExpose,
	FROM: readFrom,
	HEALTHCHECK: asOther(checkHealthcheck),
	LABEL: readPairs,
	MAINTAINER: asOther(readSingle),
	ONBUILD: readOnbuild,
	RUN: readRun,
	SHELL: readShell,
	STOPSIGNAL: readStopsignal,
	USER: raw => ({kind: 'user', value: readSingle(raw)}),
	VOLUME: readVolume,
	WORKDIR: raw => ({kind: 'workdir', value: readSingle(raw)}),
};

/**
Reads what an instruction says, and refuses what BuildKit refuses whether the stage is needed or not
(its `frontend/dockerfile/instructions/parse.go`).

@param raw - The parts of an instruction.
@returns What it says.
@throws {Refusal} When there is no such instruction, or its flags or arguments are wrong.
*/
export function readCommand(raw: RawInstruction): Command {
	return withLookalike(raw.line, () => readKnown(raw));
}

function readKnown(raw: RawInstruction): Command {
	const read = Object.hasOwn(readers, raw.keyword)
		? readers[raw.keyword]
		: undefined;

	if (read === undefined) {
		const meant = nearMiss(raw.keyword, keywords);
		throw new Refusal(
			`there is no instruction ${raw.keyword}${meant === undefined ? '' : `: did you mean ${meant}?`}`,
		);
	}

	return read(raw);
}

/** Says of what is refused also that it only looks right. */
function withLookalike<T>(line: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		const found = error instanceof Refusal ? lookalikeIn(line) : undefined;
		throw found
			? new Refusal(`${(error as Refusal).message}; ${found.reason}`)
			: error;
	}
}
