import type {Outline} from '../debugger/machine/outline.js';
import type {
	KeptBreakpoint,
	KeptRun,
	KeptTimes,
} from '../debugger/memory/project-cache.js';
import type {StepInputs} from '../engine/port.js';

/*
The files may come from another version of mstage, or from anybody: what isn't as this version writes it is dropped.
*/

type JsonObject = Readonly<Record<string, unknown>>;

/** @param json - As `writeBreakpoints` left it. */
export function readBreakpoints(json: unknown): readonly KeptBreakpoint[] {
	return listOf(json, item =>
		isObject(item) &&
		typeof item['text'] === 'string' &&
		typeof item['enabled'] === 'boolean'
			? {text: item['text'], enabled: item['enabled']}
			: null,
	);
}

/**
@param json - As `writeTimes` left it.
@returns `null` when it isn't that.
*/
export function readTimes(json: unknown): KeptTimes | null {
	if (!isObject(json) || !Array.isArray(json['seconds'])) {
		return null;
	}

	return {
		outline: readOutline(json['outline']),
		seconds: json['seconds'].map(item =>
			typeof item === 'number' && Number.isFinite(item) ? item : null,
		),
	};
}

/**
@param json - As `writeRun` left it.
@returns `null` when it isn't that.
*/
export function readRun(json: unknown): KeptRun | null {
	if (!isObject(json) || !Array.isArray(json['inputs'])) {
		return null;
	}

	const outline = readOutline(json['outline']);
	const context = listOf(json['context'], entry => {
		const [path, file] = Array.isArray(entry) ? (entry as unknown[]) : [];
		return typeof path === 'string' &&
			isObject(file) &&
			isFingerprint(file['fingerprint']) &&
			typeof file['stamp'] === 'string'
			? ([
					path,
					{fingerprint: file['fingerprint'], stamp: file['stamp']},
				] as const)
			: null;
	});
	return {
		outline,
		inputs: json['inputs'].map(item => readInputs(item)),
		...(Array.isArray(json['failed']) && {
			failed: listOf(json['failed'], item =>
				typeof item === 'number' && Number.isInteger(item) ? item : null,
			),
		}),
		...(Array.isArray(json['downloads']) && {
			downloads: listOf(json['downloads'], item => {
				const [step, sums] = Array.isArray(item) ? (item as unknown[]) : [];
				return typeof step === 'number' &&
					Number.isInteger(step) &&
					isTextRecord(sums)
					? ([step, sums] as const)
					: null;
			}),
		}),
		context: Array.isArray(json['context']) ? new Map(context) : null,
	};
}

function readOutline(json: unknown): Outline {
	return listOf(json, stage =>
		isObject(stage) && isTexts(stage['steps'])
			? {
					name: typeof stage['name'] === 'string' ? stage['name'] : null,
					steps: stage['steps'],
				}
			: null,
	);
}

function readInputs(json: unknown): StepInputs | null {
	if (
		!isObject(json) ||
		typeof json['key'] !== 'string' ||
		typeof json['text'] !== 'string' ||
		!isTextRecord(json['environment']) ||
		!isTextRecord(json['settings'])
	) {
		return null;
	}

	return {
		key: json['key'],
		text: json['text'],
		environment: json['environment'],
		settings: json['settings'],
		inputs: listOf(json['inputs'], input =>
			isObject(input) &&
			typeof input['name'] === 'string' &&
			typeof input['key'] === 'string'
				? {name: input['name'], key: input['key']}
				: null,
		),
		contextFiles: isTexts(json['contextFiles']) ? json['contextFiles'] : null,
	};
}

function listOf<Item>(
	json: unknown,
	read: (item: unknown) => Item | null,
): readonly Item[] {
	return Array.isArray(json)
		? json.map(item => read(item)).filter(item => item !== null)
		: [];
}

function isFingerprint(value: unknown): value is string | null {
	return value === null || typeof value === 'string';
}

function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
	return Array.isArray(value) && value.every(item => typeof item === 'string');
}

function isTextRecord(
	value: unknown,
): value is Readonly<Record<string, string>> {
	return (
		isObject(value) &&
		Object.values(value).every(item => typeof item === 'string')
	);
}
