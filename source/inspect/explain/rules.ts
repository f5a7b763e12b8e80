import {posix} from 'node:path';
import {nearMiss} from '../../text/near-miss.js';
import type {Cause} from '../../debugger/machine/explanation.js';
import {pathsIn, plainCommands} from './words/command-words.js';
import type {Complaint} from './words/complaints.js';
import {explainDenied, explainNotOwner, explainReadOnly} from './denied.js';
import {lostAt, leftFolder, leftPath} from './earlier.js';
import {explainExecForm} from './exec-form.js';
import type {Unknown} from './identity.js';
import {
	explainMissingLibrary,
	explainMissingPath,
	explainNotFolder,
} from './missing.js';
import {explainNetwork} from './network.js';
import {
	explainBraces,
	explainOtherShell,
	explainUnexpanded,
} from './other-shell.js';
import {fullPath, type Setting} from './setting.js';
import {explainSpace} from './space.js';
import {
	causeIn,
	causeOfSilence,
	causeOfStart,
	directoriesOf,
	ledTo,
	notStarted,
} from './start.js';
import {unreadProfile} from './unread-profile.js';

/** How many complaints about paths are followed, the last ones: what a command stumbles over is what it says last. */
const pathLimit = 3;

/** How many causes are told. */
const most = 2;

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
		return withTraces(setting, withoutCommands(causes));
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

/** What is built into another shell is no program that is missing. */
function withoutCommands(causes: readonly Cause[]): readonly Cause[] {
	const words = new Set(
		causes.flatMap(cause => (cause.kind === 'other-shell' ? [cause.word] : [])),
	);
	return causes.filter(
		cause => cause.kind !== 'missing-program' || !words.has(cause.program),
	);
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
		const unexpanded =
			cause.kind === 'missing-path'
				? // eslint-disable-next-line no-await-in-loop
					await explainUnexpanded(setting, cause.missing)
				: null;
		if (unexpanded) {
			told.push(unexpanded);
		}

		if (trace?.kind === 'kept-nowhere' && cause.kind === 'missing-path') {
			told.splice(told.indexOf(cause), 1, trace);
		} else if (trace && !told.some(other => isSame(other, trace))) {
			told.push(trace);
		}
	}

	return told;
}

async function traceOfProgram(
	setting: Setting,
	cause: Extract<Cause, {kind: 'missing-program' | 'outside-path'}>,
): Promise<Cause | null> {
	const {earlier, look, process} = setting;
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
		: ((await leftPath(earlier, look, posix.dirname(place), place)) ??
				unreadProfile(setting, posix.dirname(place), place));
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
				: explainOtherShell(
						setting,
						{kind: 'shell', shell: complaint.program, what: 'syntax'},
						directory!,
					);
		}

		case 'shell': {
			const [directory] = await directoriesOf(setting, complaint.shell);
			return explainOtherShell(setting, complaint, directory!);
		}

		case 'braces': {
			return explainBraces(setting, complaint.word);
		}

		case 'space': {
			return explainSpace(setting, complaint.path);
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

function isSame(one: Cause, other: Cause): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}
