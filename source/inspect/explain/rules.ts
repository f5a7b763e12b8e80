import {posix} from 'node:path';
import {nearMiss} from '../../text/near-miss.js';
import type {Cause} from '../../debugger/machine/explanation.js';
import {pathsIn, plainCommands} from './command-words.js';
import type {Complaint} from './complaints.js';
import {explainDenied, explainNotOwner, explainReadOnly} from './denied.js';
import {lostAt, leftFolder, leftPath} from './earlier.js';
import {examine, type Start} from './examine.js';
import {explainExecForm} from './exec-form.js';
import type {Unknown} from './identity.js';
import {
	explainMissingLibrary,
	explainMissingPath,
	explainMissingProgram,
	explainNotFolder,
	placeAnywhere,
} from './missing.js';
import {explainNetwork} from './network.js';
import {readLibraries} from './program-file.js';
import {fullPath, type Setting} from './setting.js';

/** How many complaints about paths are followed, the last ones: what a command stumbles over is what it says last. */
const pathLimit = 3;

/** How many causes are told. */
const most = 2;

/** Codes of shells for a program that can't be started (POSIX, "Exit Status for Commands"). */
const notStarted = new Set([126, 127]);

/**
@param complaints - The last first.
@returns What the files tell of them.
*/
export async function findCauses(
	setting: Setting,
	complaints: readonly Complaint[],
	exitCode: number | null,
): Promise<readonly Cause[]> {
	const execForm = await explainExecForm(setting, complaints);
	if (execForm) {
		return [execForm];
	}

	const causes: Cause[] = [];
	let paths = 0;
	for (const complaint of complaints) {
		if (complaint.kind === 'path' && ++paths > pathLimit) {
			continue;
		}

		// eslint-disable-next-line no-await-in-loop -- the last complaint counts most, and may be enough
		const cause = await causeOf(setting, complaint, exitCode);
		if (cause && !causes.some(other => isSame(other, cause))) {
			causes.push(cause);
		}

		if (causes.length === most) {
			break;
		}
	}

	if (causes.length > 0) {
		return withTraces(setting, causes);
	}

	const lost = await lostWord(setting);
	const network = lost ?? (await explainNetwork(setting, null, exitCode));
	if (network) {
		return [network];
	}

	const silent =
		exitCode !== null && notStarted.has(exitCode)
			? await causeOfSilence(setting)
			: null;
	return silent ? [silent] : [];
}

/** The causes, and for what is missing where an earlier RUN had it, which the image hasn't. */
async function withTraces(
	setting: Setting,
	causes: readonly Cause[],
): Promise<readonly Cause[]> {
	const {earlier, look, process} = setting;
	const told: Cause[] = [...causes];
	for (const cause of causes) {
		const trace =
			cause.kind === 'missing-path'
				? (lostAt(earlier, cause.path) ??
					// eslint-disable-next-line no-await-in-loop -- two at most
					(await leftFolder(earlier, look, cause.path, process.directory)))
				: cause.kind === 'missing-program' || cause.kind === 'outside-path'
					? // eslint-disable-next-line no-await-in-loop
						await traceOfProgram(setting, cause)
					: null;
		if (trace?.kind === 'kept-nowhere' && cause.kind === 'missing-path') {
			told.splice(told.indexOf(cause), 1, trace);
		} else if (trace && !told.some(other => isSame(other, trace))) {
			told.push(trace);
		}
	}

	return told;
}

async function traceOfProgram(
	{earlier, look, process}: Setting,
	cause: Extract<Cause, {kind: 'missing-program' | 'outside-path'}>,
): Promise<Cause | null> {
	const {program} = cause;
	if (program.includes('/')) {
		const path = fullPath(program, process.directory);
		return (
			lostAt(earlier, path) ??
			leftFolder(earlier, look, path, process.directory)
		);
	}

	const [place] = cause.kind === 'outside-path' ? cause.places : [];
	return place === undefined
		? null
		: leftPath(earlier, look, posix.dirname(place), place);
}

/** Of a command that says nothing, such as `test`: what it names isn't there, as what was written there isn't kept. */
async function lostWord({
	earlier,
	look,
	process,
}: Setting): Promise<Cause | null> {
	for (const path of pathsIn(process.arguments.join(' '))) {
		const lost = lostAt(earlier, path);
		// eslint-disable-next-line no-await-in-loop -- the first one
		if (lost && !(await look.find(path))) {
			return lost;
		}
	}

	return null;
}

/** @returns Why an account of USER isn't known. */
export function causeOfUnknown({kind, name, hasFile, names}: Unknown): Cause {
	const similar = nearMiss(name, names);
	return {
		kind,
		name,
		hasFile,
		nearMisses: similar === undefined ? [] : [similar],
	};
}

async function causeOf(
	setting: Setting,
	complaint: Complaint,
	exitCode: number | null,
): Promise<Cause | null> {
	switch (complaint.kind) {
		case 'start': {
			return causeOfStart(setting, complaint, exitCode);
		}

		case 'script': {
			const [directory] = await directoriesOf(setting, complaint.program);
			const cause = await causeIn(setting, {
				program: complaint.program,
				directory: directory!,
				isDirect: true,
			});
			return cause !== 'missing' && cause?.kind === 'wrong-architecture'
				? cause
				: null;
		}

		case 'library': {
			return explainMissingLibrary(
				setting,
				complaint.program,
				complaint.library,
			);
		}

		case 'path': {
			return causeOfPath(setting, complaint);
		}

		case 'network': {
			return explainNetwork(setting, complaint, exitCode);
		}

		case 'package': {
			return causeOfPackage(setting, complaint.name);
		}

		case 'user':
		case 'group': {
			return null;
		}
	}
}

async function causeOfStart(
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

async function causeIn(
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

/** The folders that a relative program counts from: where `cd` has led, or where the process starts. */
async function directoriesOf(
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
async function ledTo(
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

async function causeOfPath(
	setting: Setting,
	{paths, ...complaint}: Extract<Complaint, {kind: 'path'}>,
): Promise<Cause | null> {
	// A command behind the last cd is what complains.
	const last = plainCommands(setting.process.arguments.at(-1) ?? '').at(-1);
	const directory = await ledTo(setting, last?.folders ?? []);
	for (const path of paths) {
		// eslint-disable-next-line no-await-in-loop -- the first that is true
		const cause = await causeAt(setting, {...complaint, path}, directory);
		if (cause) {
			return cause;
		}
	}

	return null;
}

async function causeAt(
	setting: Setting,
	{
		path,
		reason,
		isRemoval,
	}: Omit<Extract<Complaint, {kind: 'path'}>, 'kind' | 'paths'> & {
		readonly path: string;
	},
	directory: string,
): Promise<Cause | null> {
	switch (reason) {
		case 'denied': {
			return explainDenied(setting, path, directory, isRemoval);
		}

		case 'not-owner': {
			return explainNotOwner(setting, path, directory, isRemoval);
		}

		case 'read-only': {
			return explainReadOnly(setting, path, directory);
		}

		case 'not-a-folder': {
			return (
				(await explainNotFolder(setting, path, directory)) ??
				explainMissingPath(setting, path, directory)
			);
		}

		case 'missing': {
			return explainMissingPath(setting, path, directory);
		}
	}
}

async function causeOfPackage(
	{look}: Setting,
	name: string,
): Promise<Cause | null> {
	const lists = await look.find('/var/lib/apt/lists');
	const entries = lists ? await look.readDirectory(lists.path) : [];
	return entries.some(({kind}) => kind === 'file')
		? null
		: {kind: 'no-package-lists', package: name};
}

/** Of a program whose complaint went nowhere: which of the command's own words can't be started. */
async function causeOfSilence(setting: Setting): Promise<Cause | null> {
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

function isSame(one: Cause, other: Cause): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}
