import type {Cause} from '../../debugger/machine/explanation.js';
import {explainDenied} from './denied.js';
import {examine, type Start} from './examine.js';
import {
	explainMissingLibrary,
	explainMissingPath,
	explainMissingProgram,
	placeAnywhere,
} from './missing.js';
import {readLibraries} from './program-file.js';
import {fullPath, type Setting} from './setting.js';
import {plainCommands} from './words/command-words.js';
import type {Complaint} from './words/complaints.js';

/** Codes of shells for a program that can't be started (POSIX, "Exit Status for Commands"). */
export const notStarted = new Set([126, 127]);

/**
@param complaint - That something couldn't be started.
@param exitCode - Of the command; `null` where it has none.
@returns Why, as its files tell; `null` where nothing is wrong with them.
@throws {EngineError} The engine was lost.
*/
export async function causeOfStart(
	setting: Setting,
	complaint: Extract<Complaint, {kind: 'start'}>,
	exitCode: number | null,
): Promise<Cause | null> {
	const {program, reason} = complaint;
	const isDirect = complaint.isDirect || reason === 'format';
	const directories = await directoriesOf(setting, program);
	for (const directory of directories) {
		// eslint-disable-next-line no-await-in-loop -- from the most likely folder on
		const cause = await causeIn(setting, {program, directory, isDirect});
		if (cause !== 'missing') {
			return cause;
		}
	}

	// What a shell can't read is complained of in the same words as what it can't start.
	if (
		reason === 'unclear' &&
		!(exitCode !== null && notStarted.has(exitCode))
	) {
		return explainMissingPath(setting, program, directories[0]!);
	}

	if (reason === 'denied') {
		return explainDenied(setting, program, directories[0]!);
	}

	const name = program.replace(/\r$/v, '');
	const ofScript = complaint.isDirect ? await causeOfSilence(setting) : null;
	return ofScript?.kind === 'missing-interpreter' &&
		ofScript.interpreter === name
		? ofScript
		: explainMissingProgram(setting, {
				program: name,
				path: program.includes('/') ? fullPath(program, directories[0]!) : null,
				isShell: complaint.isDirect && isShellOf(setting, program),
			});
}

/**
@returns What is wrong with what was started; `null` when that is nothing, `missing` where nothing of the name is.
@throws {EngineError} The engine was lost.
*/
export async function causeIn(
	setting: Setting,
	start: Start,
): Promise<Cause | null | 'missing'> {
	const examined = await examine(setting, start);
	return examined.kind === 'cause'
		? withPlace(setting, examined.cause)
		: examined.kind === 'fine'
			? null
			: 'missing';
}

/** An interpreter that isn't where it is looked for may be elsewhere. */
async function withPlace(setting: Setting, cause: Cause): Promise<Cause> {
	return cause.kind === 'missing-interpreter' && cause.place === null
		? {...cause, place: await placeAnywhere(setting, cause.interpreter)}
		: cause;
}

/** @returns The folders that a relative program counts from: where `cd` has led, or where the process starts. */
export async function directoriesOf(
	setting: Setting,
	program: string,
): Promise<readonly string[]> {
	const {directory, arguments: words} = setting.process;
	const command = plainCommands(words.at(-1) ?? '').find(
		plain => plain.program === program,
	);
	return [
		...new Set([await ledTo(setting, command?.folders ?? []), directory]),
	];
}

/** Where `cd` leads, up to the first folder that isn't there. */
export async function ledTo(
	{look, process}: Setting,
	folders: readonly string[],
): Promise<string> {
	let {directory} = process;
	for (const folder of folders) {
		const next = fullPath(folder, directory);
		// eslint-disable-next-line no-await-in-loop -- one after the other
		const found = await look.find(next);
		if (found?.kind !== 'directory') {
			break;
		}

		directory = next;
	}

	return directory;
}

/** @returns Of a program whose complaint went nowhere: which of the command's own words can't be started; `null` if all can. */
export async function causeOfSilence(setting: Setting): Promise<Cause | null> {
	const {process} = setting;
	const words = process.arguments;
	const isShell = /^-\w*c$/v.test(words.at(-2) ?? '');
	const starts: readonly Start[] = isShell
		? await Promise.all(
				plainCommands(words.at(-1)!).map(async ({program, folders}) => ({
					program,
					directory: await ledTo(setting, folders),
					isDirect: false,
				})),
			)
		: [
				{
					program: words[0] ?? '',
					directory: process.directory,
					isDirect: true,
				},
			];
	for (const start of starts) {
		// eslint-disable-next-line no-await-in-loop -- in the order in which they run
		const examined = await examine(setting, start);
		if (examined.kind === 'cause') {
			return withPlace(setting, examined.cause);
		}

		if (examined.kind === 'fine') {
			// eslint-disable-next-line no-await-in-loop
			const cause = await causeOfLibraries(setting, start, examined.entry.path);
			if (cause) {
				return cause;
			}
		}
	}

	return null;
}

/** A library that nothing in the whole filesystem is named like is missing for certain. */
async function causeOfLibraries(
	setting: Setting,
	{program}: Start,
	path: Parameters<typeof readLibraries>[1],
): Promise<Cause | null> {
	const libraries = await readLibraries(setting.look, path);
	for (const library of libraries?.needed ?? []) {
		// eslint-disable-next-line no-await-in-loop -- the loader stops at the first
		const cause = await explainMissingLibrary(setting, program, library);
		if (
			cause.kind === 'missing-library' &&
			cause.isWhole &&
			cause.places.length === 0
		) {
			return cause;
		}
	}

	return null;
}

function isShellOf({process, form}: Setting, program: string): boolean {
	return (
		process.arguments[0] === program &&
		(form === 'shell' || /^-\w*c$/v.test(process.arguments.at(-2) ?? ''))
	);
}
