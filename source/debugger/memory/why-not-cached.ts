import type {StepInputs} from '../../engine/port.js';
import type {FileChange} from './context-changes.js';

/** How many files are named; the others are counted. */
const namedFiles = 3;

/** What is compared. */
export type InputChange = {
	readonly before: StepInputs;
	readonly after: StepInputs;

	/** Whether the Dockerfile has another text for it: variables expanded, it may differ without that. */
	readonly isEdited: boolean;

	/** The names of the environment that are build arguments. */
	readonly argumentNames: ReadonlySet<string>;

	/** Of the files of the build context that the step reads. */
	readonly files: readonly FileChange[];
};

/**
@returns What differs of the step itself, each in a few words, the plainest cause first: `argument VERSION: 1 → 2`,
`the image busybox:latest changed`, `file src/main.c changed`. What it builds on is apart from that.
*/
export function ownReasons(change: InputChange): readonly string[] {
	const {before, after, isEdited, argumentNames, files} = change;
	const variables = differences(before.environment, after.environment).map(
		([name, difference]) =>
			`${argumentNames.has(name) ? 'argument' : 'environment'} ${name}: ${difference}`,
	);
	const text =
		before.text !== after.text && (isEdited || variables.length === 0)
			? [`instruction: ${after.text}`]
			: [];
	const settings = differences(before.settings, after.settings)
		.filter(([name]) => name !== 'command' || before.text === after.text)
		.map(([name, difference]) => `${name}: ${difference}`);
	return [
		...text,
		...variables,
		...settings,
		...imageReasons(change),
		...fileReasons(files),
	];
}

/** @returns Whether the step builds on something that its builder tells apart from what it was. */
export function hasOtherInputs({
	before,
	after,
}: Pick<InputChange, 'before' | 'after'>): boolean {
	const known = new Set(before.inputs.map(({key}) => key));
	return after.inputs.some(({key}) => !known.has(key));
}

function differences(
	before: Readonly<Record<string, string>>,
	after: Readonly<Record<string, string>>,
): ReadonlyArray<readonly [name: string, difference: string]> {
	const names = new Set([...Object.keys(after), ...Object.keys(before)]);
	return [...names].flatMap(name => {
		const [old, next] = [before[name], after[name]];
		return old === next
			? []
			: [[name, `${old ?? 'not set'} → ${next ?? 'not set'}`] as const];
	});
}

/** Images come from outside the build, so that nothing in it tells why they changed. */
function imageReasons({
	before,
	after,
}: Pick<InputChange, 'before' | 'after'>): readonly string[] {
	const old = new Map(before.inputs.map(({name, key}) => [name, key]));
	return after.inputs
		.filter(
			({name, key}) => name.startsWith('the image ') && old.get(name) !== key,
		)
		.map(({name}) =>
			old.has(name) ? `${name} changed` : `${name} wasn't there before`,
		);
}

function fileReasons(files: readonly FileChange[]): readonly string[] {
	const named = files
		.slice(0, namedFiles)
		.map(({path, change}) => `file ${path} ${change}`);
	const others = files.length - named.length;
	return others > 0
		? [...named, `${others} more ${others === 1 ? 'file' : 'files'} changed`]
		: named;
}
