import {isAbsolute, join} from 'node:path/posix';
import {nearMiss} from '../../text/near-miss.js';
import {Refusal} from '../refusal.js';
import {isBoolean, type Option} from './run-options.js';

const types = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'];
const sharings = ['shared', 'private', 'locked'];

// Several spellings of one option.
const aliases: Readonly<Record<string, string>> = {
	src: 'source',
	dst: 'target',
	destination: 'target',
	ro: 'readonly',
	rw: 'readwrite',
};

const options = new Set([
	'type',
	'from',
	'source',
	'target',
	'readonly',
	'readwrite',
	'required',
	'size',
	'id',
	'sharing',
	'mode',
	'uid',
	'gid',
	'env',
]);

const withoutValue = new Set(['readonly', 'readwrite', 'required']);

const isUnsigned = (text: string): boolean =>
	/^\d+$/v.test(text) && Number(text) <= 0xff_ff_ff_ff;

/** What a mount says so far; an option whose value only the image knows has the value `undefined`. */
type Settings = Map<string, string | undefined>;

const typeOf = (settings: Settings): string | undefined =>
	settings.has('type') ? settings.get('type')?.toLowerCase() : 'bind';

const isSet = (settings: Settings, name: string): boolean =>
	settings.has(name) && settings.get(name) !== '';

function requireType(
	settings: Settings,
	name: string,
	allowed: readonly string[],
): void {
	const type = typeOf(settings);
	if (type !== undefined && !allowed.includes(type)) {
		throw new Refusal(
			`${name} goes only with a mount of type ${allowed.join(' or ')}, and type must come before it; here it is ${type}`,
		);
	}
}

const valueChecks: Readonly<Record<string, (value: string) => boolean>> = {
	type: value => types.includes(value.toLowerCase()),
	sharing: value => sharings.includes(value.toLowerCase()),
	readonly: isBoolean,
	readwrite: isBoolean,
	required: isBoolean,
	size: value => /^\d+(?:\.\d*)?(?: ?(?:[kmgtp](?:i?b)?|b))?$/iv.test(value),
	mode: value =>
		/^[0-7]+$/v.test(value) && Number.parseInt(value, 8) <= 0xff_ff_ff_ff,
	uid: isUnsigned,
	gid: isUnsigned,
};

const choices: Readonly<Record<string, readonly string[]>> = {
	type: types,
	sharing: sharings,
};

function checkValue(name: string, value: string | undefined): void {
	if (value === undefined || valueChecks[name]?.(value) !== false) {
		return;
	}

	const possible = choices[name];
	throw new Refusal(
		`a mount can't have ${name}=${value}${possible === undefined ? '' : `: it can be ${possible.join(', ')}`}`,
	);
}

function readOption(
	{key, value, text}: Option,
	settings: Settings,
	expand: (word: string) => string | undefined,
): void {
	const name = Object.hasOwn(aliases, key) ? aliases[key]! : key;

	if (!options.has(name)) {
		const meant = nearMiss(name, options);
		throw new Refusal(
			`a mount has no option "${text}"${meant === undefined ? '' : `: did you mean ${meant}?`}`,
		);
	}

	if (value === undefined && !withoutValue.has(name)) {
		throw new Refusal(
			`the option ${name} of a mount lacks its value: write ${name}=…`,
		);
	}

	if (name === 'required') {
		requireType(settings, name, ['secret', 'ssh']);
	} else if (name === 'size') {
		requireType(settings, name, ['tmpfs']);
	}

	const expanded = value === undefined ? 'true' : expand(value);
	checkValue(name, expanded);
	settings.set(name, expanded);
}

function checkTogether(settings: Settings): void {
	for (const name of ['mode', 'uid', 'gid']) {
		if (settings.has(name)) {
			requireType(settings, name, ['secret', 'ssh', 'cache']);
		}
	}

	if (isSet(settings, 'sharing')) {
		requireType(settings, 'sharing', ['cache']);
	}

	if (typeOf(settings) === 'secret') {
		if (isSet(settings, 'from')) {
			throw new Refusal(
				"a secret can't be mounted from a stage: leave out from",
			);
		}

		if (!['source', 'target', 'id'].some(name => isSet(settings, name))) {
			throw new Refusal(
				'a mount of type secret needs an id: RUN --mount=type=secret,id=…',
			);
		}

		if (settings.get('source') && settings.get('id')) {
			throw new Refusal(
				'a mount of type secret takes either id or source, which are the same',
			);
		}
	}

	if (typeOf(settings) === 'ssh' && settings.get('source')) {
		throw new Refusal("a mount of type ssh can't have a source: leave it out");
	}
}

/**
Checks a mount of RUN as BuildKit does when the stage is needed (its `frontend/dockerfile/instructions/commands_runmount.go` and
`frontend/dockerfile/dockerfile2llb/convert_runmount.go`).

@param given - The options of the mount, not expanded.
@param expand - Expands a value, or returns `undefined` where only the image knows it.
@param directory - The working directory, or `null` when only the image knows it.
@throws {Refusal} When the mount is wrong.
*/
export function checkMount(
	given: readonly Option[],
	expand: (word: string) => string | undefined,
	directory: string | null,
): void {
	const settings: Settings = new Map();
	for (const option of given) {
		readOption(option, settings, expand);
	}

	checkTogether(settings);

	const type = typeOf(settings);
	if (type === undefined || ['secret', 'ssh'].includes(type)) {
		return;
	}

	const target = settings.has('target') ? settings.get('target') : '';
	if (target !== undefined && (isAbsolute(target) || directory !== null)) {
		const place = isAbsolute(target)
			? join(target, '.')
			: join('/', directory!, target);
		if (place.replace(/(?<=.)\/$/v, '') === '/') {
			throw new Refusal(
				'a mount needs a target below /: RUN --mount=…,target=/…',
			);
		}
	}
}
